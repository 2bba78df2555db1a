/** Reading the archive of a house that lies in the objects' store, and making sure that it is whole. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { linesOf } from "../lines.ts";
import type { ObjectStore } from "../objects/port.ts";
import * as archive from "./archive.ts";
import { blockBytes, nameIn } from "./tar.ts";

/** The archive cannot be taken in; the message says why and what to do. */
export class ArchiveRefused extends Error {}

const again = "Send the file again, or make a new backup.";
const damaged = (what: string) => new ArchiveRefused(`The archive is damaged: ${what}. ${again}`);

/** @throws ArchiveRefused for what is no archive, cut off, or of a newer house */
export async function readHead(objects: ObjectStore, key: string): Promise<archive.Head> {
  const none = new ArchiveRefused("This is no backup of a house. Name a file of `bijou backup`.");
  const { size } = await objects.head(key);
  if (size < archive.indexAt) throw none;
  const { stream } = await objects.get(key, { start: 0, end: archive.indexAt - 1 });
  const bytes = Buffer.concat(await stream.toArray());
  if (nameIn(bytes.subarray(0, blockBytes)) !== "bijou.json") throw none;
  let read: ReturnType<typeof archive.Head.safeParse>;
  try {
    const end = bytes.indexOf("\n", blockBytes);
    read = archive.Head.safeParse(JSON.parse(bytes.toString("utf8", blockBytes, end)));
  } catch {
    throw damaged("its head cannot be read");
  }
  if (!read.success) throw damaged("its head says too little");
  const { format, size: whole } = read.data;
  if (format > archive.archiveFormat) {
    const known = `format ${format}, this one knows ${archive.archiveFormat}`;
    throw new ArchiveRefused(
      `The archive is of a newer Bijou (${known}). Restore it with that one.`,
    );
  }
  if (size !== whole) throw damaged(`it has ${size} bytes of ${whole}`);
  return read.data;
}

/** A part of an archive; also an empty one. */
export async function partOf(
  objects: ObjectStore,
  key: string,
  { start, end }: { start: number; end: number },
): Promise<Readable> {
  return end < start ? Readable.from([]) : (await objects.get(key, { start, end })).stream;
}

/** The members that the index names, in their order. */
export async function* membersOf(
  objects: ObjectStore,
  key: string,
  { index }: archive.Head,
): AsyncGenerator<archive.Member> {
  const end = archive.indexAt + index.size - 1;
  const stream = await partOf(objects, key, { start: archive.indexAt, end });
  try {
    for await (const line of linesOf(stream)) yield archive.Member.parse(JSON.parse(line));
  } finally {
    stream.destroy();
  }
}

/** Takes a stream of bytes apart. */
class Bytes {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  at = 0;

  constructor(stream: AsyncIterable<Buffer>) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** The next so many bytes, some at a time; fewer where there are no more. */
  async *next(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#pieces.next();
        if (done) return;
        this.#rest = value;
      }
      const some = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(some.length);
      this.at += some.length;
      left -= some.length;
      yield some;
    }
  }

  async skipTo(at: number): Promise<void> {
    for await (const _ of this.next(at - this.at));
  }

  async sha256(size: number): Promise<string> {
    const hash = createHash("sha256");
    for await (const some of this.next(size)) hash.update(some);
    return hash.digest("hex");
  }
}

/**
 * Reads an archive through once and compares all its checksums.
 *
 * @param seen is told of each member, and how many bytes were read
 * @throws ArchiveRefused naming what is damaged
 */
export async function verify(
  objects: ObjectStore,
  key: string,
  head: archive.Head,
  seen: (member: archive.Member, bytes: number) => Promise<void>,
): Promise<void> {
  const { stream } = await objects.get(key);
  const bytes = new Bytes(stream);
  try {
    await bytes.skipTo(archive.indexAt);
    const { size, sha256 } = head.index;
    if ((await bytes.sha256(size)) !== sha256) throw damaged("its index is not as it was");
    for await (const member of membersOf(objects, key, head)) {
      await bytes.skipTo(archive.rangeIn(head, member).start);
      const found = await bytes.sha256(member.size);
      if (found !== member.sha256) throw damaged(`${member.path} is not as it was`);
      await seen(member, bytes.at);
    }
  } finally {
    stream.destroy();
  }
}
