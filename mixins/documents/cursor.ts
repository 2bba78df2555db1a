/** Keyset cursors: where a page ended, as opaque text. Bound to the sort and the filters. */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Value, Where } from "./collection.ts";
import { CursorRefused } from "./failures.ts";

/** The sort value (absent where the document has none) and id of the last item of a page. */
export interface Place {
  value?: Value | undefined;
  id: string;
}

const Written = z.tuple([
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
  z.string(),
]);

/** Eight characters that say which list a cursor belongs to. */
export const listMark = (collection: string, sort: string, where: Where = {}): string =>
  createHash("sha256")
    .update(JSON.stringify([collection, sort, Object.entries(where).toSorted()]))
    .digest("base64url")
    .slice(0, 8);

export const writeCursor = (mark: string, { value, id }: Place): string =>
  Buffer.from(JSON.stringify([mark, value ?? null, id])).toString("base64url");

/** @throws CursorRefused when it is not a cursor of this list */
export function readCursor(mark: string, cursor: string): Place {
  let written: unknown;
  try {
    written = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    throw CursorRefused();
  }
  const read = Written.safeParse(written);
  if (!read.success || read.data[0] !== mark) throw CursorRefused();
  return { value: read.data[1] ?? undefined, id: read.data[2] };
}
