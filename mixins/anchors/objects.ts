/**
 * Lines of anchors among the objects: one each as `audit/anchors/<writer>/000000017`, and packed many
 * as `…/000000001-000000500`, line by line as they were. What is there twice counts once.
 */
import { Readable } from "node:stream";
import { linesOf } from "../lines.ts";
import { ObjectNotFound, ObjectStoreError } from "../objects/errors.ts";
import type { ObjectStore } from "../objects/port.ts";
import { Evidence } from "./evidence.ts";
import type { Line } from "./line.ts";

const root = "audit/anchors/";
export const shape = /^audit\/anchors\/([^/]+)\/(\d{9})(-\d{9})?$/;
export const ndjson = { contentType: "application/x-ndjson" };

export interface Piece {
  readonly key: string;
  readonly writer: string;
  /** The number of its first line. */
  readonly first: number;
  readonly isPacked: boolean;
}

export const folderOf = (writer: string): string => `${root}${writer}`;
const numbered = (number: number): string => `${number}`.padStart(9, "0");
export const keyOf = (writer: string, first: number, last?: number): string =>
  `${folderOf(writer)}/${numbered(first)}${last === undefined ? "" : `-${numbered(last)}`}`;

/** In the order of writers, and of each one's first lines. */
export async function* piecesOf(objects: ObjectStore, prefix = root): AsyncGenerator<Piece> {
  for (let after = ""; ; ) {
    const page = await objects.list(prefix, { after, limit: 1_000 });
    for (const { key } of page) {
      const [, writer, first, last] = shape.exec(key) ?? [];
      if (writer) yield { key, writer, first: Number(first), isPacked: last !== undefined };
    }
    const end = page.at(-1);
    if (!end) return;
    after = end.key;
  }
}

export async function* textsIn(objects: ObjectStore, key: string): AsyncGenerator<string> {
  const { stream } = await objects.get(key);
  try {
    for await (const text of linesOf(stream)) if (text !== "") yield text;
  } finally {
    stream.destroy();
  }
}

/**
 * Reads all lines of all writers.
 *
 * @param known lines that there have to be: writers and numbers
 * @returns what they say, and whose lines are worth packing
 * @throws ObjectStoreError
 */
export async function gather(
  objects: ObjectStore,
  key: string,
  known: ReadonlyMap<string, number>,
): Promise<{ evidence: Evidence; strays: string[] }> {
  const evidence = new Evidence(key);
  const singles = new Map<string, number>();
  for await (const { key: object, writer, isPacked } of piecesOf(objects)) {
    if (!isPacked) singles.set(writer, (singles.get(writer) ?? 0) + 1);
    try {
      for await (const text of textsIn(objects, object)) evidence.take(writer, object, text);
    } catch (error) {
      if (!(error instanceof ObjectStoreError)) throw error;
      if (error.code === "OBJECT_DAMAGED") evidence.take(writer, object, "");
      // Packed since it was listed, or the gap is noticed.
      else if (!(error instanceof ObjectNotFound)) throw error;
    }
  }
  evidence.end(known, folderOf);
  return { evidence, strays: [...singles].filter(([, n]) => n > 1).map(([writer]) => writer) };
}

export async function putLine(
  objects: ObjectStore,
  line: Line & { writer: string; number: number },
): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(line)}\n`);
  await objects.put(keyOf(line.writer, line.number), Readable.from([text]), ndjson);
}
