/** Where a page ended: opaque to whoever carries it, good for the very same query only. */
import { createHash } from "node:crypto";
import { CursorError } from "./errors.ts";
import type { SearchQuery } from "./port.ts";

export interface Position {
  /** `head`: the best matches, by score. `tail`: the rest, by popularity. `sort`: by a value. */
  readonly part: "head" | "tail" | "sort";
  /** What the last item was ordered by. */
  readonly key: number | string | null;
  /** The last item: it decides between equal keys. */
  readonly id: string;
}

/** The same for two queries whose results come in the same order. */
function fingerprint(query: SearchQuery): string {
  const sorted = (record: object | undefined) =>
    Object.entries(record ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const parts = [query.q ?? null, sorted(query.filters), sorted(query.ranges), query.sort ?? null];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 12);
}

export function writeCursor(query: SearchQuery, position: Position): string {
  const parts = [fingerprint(query), position.part, position.key, position.id];
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** @throws CursorError where the cursor is malformed or was made for another query or sort */
export function readCursor(query: SearchQuery, cursor: string): Position {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    parts = undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 4) {
    throw new CursorError("The cursor is malformed: pass on `next` of the page before unchanged.");
  }
  const [print, part, key, id] = parts as unknown[];
  if (print !== fingerprint(query)) {
    throw new CursorError(
      "The cursor belongs to another query or sort: start from the first page.",
    );
  }
  const keyIsGood = key === null || typeof key === "number" || typeof key === "string";
  if ((part !== "head" && part !== "tail" && part !== "sort") || !keyIsGood || !isString(id)) {
    throw new CursorError("The cursor is malformed: pass on `next` of the page before unchanged.");
  }
  return { part, key, id };
}

const isString = (value: unknown): value is string => typeof value === "string";
