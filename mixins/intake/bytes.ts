import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Unreadable } from "./unreadable.ts";

type Bytes = AsyncIterable<Buffer>;

/** What people send by mistake, by its first bytes. */
const foreign: [Buffer, string][] = [
  [Buffer.from("PK\u0003\u0004"), "a ZIP archive"],
  [Buffer.from("BZh"), "packed by bzip2"],
  [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]), "packed by xz"],
  [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), "packed by zstd"],
  [Buffer.from("7z\u00bc\u00af", "latin1"), "a 7-Zip archive"],
  [Buffer.from("%PDF"), "a PDF document"],
  [Buffer.from("SQLite format 3"), "an SQLite database"],
];

/**
 * The bytes of a file, unpacked when they are gzip: told by the first bytes, never by the name.
 *
 * @throws Unreadable (while reading) when it is empty, cut short, damaged, or packed otherwise
 */
export async function* unpacked(source: Bytes): Bytes {
  const { head, rest } = await beginning(source, 16);
  if (head.length === 0) throw new Unreadable("it is empty. Send a file that has rows.");
  const kind = foreign.find(([magic]) => head.subarray(0, magic.length).equals(magic));
  if (kind) throw new Unreadable(`it is ${kind[1]}. Unpack it, then send it plain or as gzip.`);
  if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzipped(rest);
  else yield* rest;
}

async function beginning(source: Bytes, bytes: number): Promise<{ head: Buffer; rest: Bytes }> {
  const iterator = source[Symbol.asyncIterator]();
  let head: Buffer = Buffer.alloc(0);
  while (head.length < bytes) {
    const next = await iterator.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  async function* all() {
    try {
      if (head.length > 0) yield head;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head, rest: all() };
}

async function* gunzipped(packed: Bytes): Bytes {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  // Failures of either side come out of the iteration below; nothing is left for the callback.
  pipeline(Readable.from(packed, { objectMode: false }), gunzip, () => {});
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    throw asUnreadable(error);
  }
}

function asUnreadable(error: unknown): unknown {
  const { code } = error as { code?: unknown };
  if (code === "Z_BUF_ERROR") {
    return new Unreadable("it is cut short: the gzip data ends early. Send the whole file again.");
  }
  if (typeof code === "string" && code.startsWith("Z_")) {
    return new Unreadable("its gzip data is damaged. Send the file again.");
  }
  return error;
}

/** The same bytes; `counted` is told how many more have been read. */
export async function* counting(source: Bytes, counted: (bytes: number) => void): Bytes {
  for await (const chunk of source) {
    counted(chunk.length);
    yield chunk;
  }
}
