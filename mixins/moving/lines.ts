/** Documents as packed lines, in objects and out of them. */
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { setImmediate as breath } from "node:timers/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { Stored } from "../documents/collection.ts";
import { linesOf } from "../lines.ts";
import type { ObjectStore } from "../objects/port.ts";
import { canonical, contentOf } from "./canonical.ts";

/** So many documents, or characters of them, are handled at a time: the loop stays free. */
const together = 100;
const mostChars = 4_000_000;

/** Hashes documents one after the other. */
export function hashing() {
  const hash = createHash("sha256");
  let documents = 0;
  return {
    add(doc: Stored) {
      hash.update(`${contentOf(doc)}\n`);
      documents++;
    },
    result: () => ({ documents, content: hash.digest("hex") }),
  };
}

/** Documents as packed NDJSON. */
export function packed(
  pages: AsyncIterable<readonly Stored[]>,
  each: (doc: Stored) => void,
): Readable {
  const gzip = createGzip({ level: 4 });
  const write = async () => {
    for await (const docs of pages) {
      for (const doc of docs) each(doc);
      const text = docs.map((doc) => `${canonical(doc)}\n`).join("");
      if (!gzip.write(text)) await new Promise((drained) => gzip.once("drain", drained));
      await breath();
    }
    gzip.end();
  };
  write().catch((error) => gzip.destroy(error));
  return gzip;
}

function unpacked(stream: Readable): Readable {
  const gunzip = createGunzip();
  stream.on("error", (error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}

/** The documents of a part of an object, some at a time. */
export async function* documentsIn<D extends Stored>(
  objects: ObjectStore,
  { object, start, end }: { object: string; start: number; end: number },
): AsyncGenerator<D[]> {
  const { stream } = await objects.get(object, { start, end });
  let docs: D[] = [];
  let chars = 0;
  try {
    for await (const line of linesOf(unpacked(stream))) {
      docs.push(JSON.parse(line) as D);
      chars += line.length;
      if (docs.length < together && chars < mostChars) continue;
      yield docs;
      [docs, chars] = [[], 0];
      await breath();
    }
    if (docs.length > 0) yield docs;
  } finally {
    stream.destroy();
  }
}
