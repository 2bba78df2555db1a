/** One page of an answer: the order of the result, the place of the cursor in it, the facets. */
import { Bits } from "../bits.ts";
import { checkLimit } from "../checks.ts";
import { type Position, readCursor, writeCursor } from "../cursor.ts";
import { highlight, matcher } from "../highlight.ts";
import type { IndexDefinition, SearchQuery, SearchResult } from "../port.ts";
import { Top } from "../top.ts";
import type { Found, Index } from "./candidates.ts";
import type { Columns, SortValue } from "./columns.ts";
import { retrieve } from "./retrieve.ts";

/** A row on its way into the page, with the position that it leaves for the cursor. */
interface Placed {
  readonly row: number;
  readonly score: number;
  readonly position: Position;
}

/**
 * @throws QueryError where a facet, sort or limit is unknown
 * @throws CursorError where the cursor is of no use here
 */
export function search(
  index: Index,
  definition: IndexDefinition,
  query: SearchQuery,
): SearchResult {
  checkLimit(query.limit, 100);
  const after = query.after === undefined ? undefined : readCursor(query, query.after);
  const allowed = index.columns.allowed(query);
  const asked = (query.q ?? "").trim();
  const found: Found =
    asked === "" ? { rows: allowed, head: [], readings: [] } : retrieve(index, asked, allowed);

  // One more than asked for tells whether there is a next page.
  const placed = query.sort
    ? sorted(index.columns, found.rows, query.sort, query.limit + 1, after)
    : ranked(index.columns, found, query.limit + 1, after);
  const page = placed.slice(0, query.limit);
  const last = placed.length > query.limit ? page.at(-1) : undefined;
  const matches = matcher(found.readings);
  return {
    items: page.map(({ row, score }) => {
      const { stored, fields } = index.finder.read(row);
      const highlights = query.highlight ? highlight(definition, fields, matches) : [];
      return { id: index.columns.id(row), score, stored, highlights };
    }),
    next: last ? writeCursor(query, last.position) : null,
    facets: query.facets ? index.columns.count(found.rows) : {},
    total: found.rows.size,
  };
}

/** First the head by score, then everything else by popularity. */
function ranked(columns: Columns, found: Found, most: number, after?: Position): Placed[] {
  const result: Placed[] = [];
  if (after?.part !== "tail") {
    for (const { row, score } of found.head) {
      const id = columns.id(row);
      if (after && !isAfter(score, id, Number(after.key), after.id)) continue;
      result.push({ row, score, position: { part: "head", key: score, id } });
      if (result.length === most) return result;
    }
  }
  const head = Bits.of(found.head.map(({ row }) => row));
  const end = after?.part === "tail" ? after : undefined;
  const { id, popularity } = columns;
  const top = new Top(most - result.length, (a, b) =>
    isAfter(popularity(b), id(b), popularity(a), id(a)),
  );
  found.rows.forEach((row) => {
    if (head.has(row)) return;
    if (!end || isAfter(popularity(row), id(row), Number(end.key), end.id)) top.offer(row);
  });
  const tail = top.rows.map((row): Placed => {
    const key = popularity(row);
    return { row, score: 0, position: { part: "tail", key, id: id(row) } };
  });
  return [...result, ...tail];
}

/** Whether (key, id) comes after the other in an order of falling keys and rising ids. */
const isAfter = (key: number, id: string, otherKey: number, otherId: string): boolean =>
  key < otherKey || (key === otherKey && id > otherId);

function sorted(
  columns: Columns,
  rows: Bits,
  sort: { readonly by: string; readonly order: "asc" | "desc" },
  most: number,
  after?: Position,
): Placed[] {
  const values = columns.sortValues(sort.by);
  const sign = sort.order === "asc" ? 1 : -1;
  const compare = (a: SortValue, aId: string, b: SortValue, bId: string): number =>
    compareValues(a, b, sign) || (aId < bId ? -1 : aId > bId ? 1 : 0);
  const at = (row: number): SortValue => values[row] ?? null;
  const { id } = columns;
  const top = new Top(most, (a, b) => compare(at(a), id(a), at(b), id(b)) < 0);
  rows.forEach((row) => {
    if (!after || compare(at(row), id(row), after.key, after.id) > 0) top.offer(row);
  });
  return top.rows.map((row) => ({
    row,
    score: 0,
    position: { part: "sort", key: at(row), id: id(row) },
  }));
}

/** Numbers before texts, nothing last, whatever the order. */
function compareValues(a: SortValue, b: SortValue, sign: number): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -sign : sign;
}
