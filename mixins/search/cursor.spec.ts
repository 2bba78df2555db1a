import { readCursor, writeCursor } from "./cursor.ts";
import { CursorError } from "./errors.ts";
import type { SearchQuery } from "./port.ts";

const query: SearchQuery = { q: "matrix", filters: { genre: ["action"] }, limit: 10 };

test("gives back the position that was written, numbers to the last bit", () => {
  const position = { part: "head", key: 11.300000000000001, id: "a-1" } as const;

  expect(readCursor(query, writeCursor(query, position))).toEqual(position);
});

test("is the same place whatever the limit, and whether facets are asked for", () => {
  const cursor = writeCursor(query, { part: "tail", key: 0.5, id: "b" });

  expect(readCursor({ ...query, limit: 50, facets: true }, cursor).id).toBe("b");
});

test.each([
  ["other words", { q: "speed" }],
  ["other filters", { filters: { genre: ["drama"] } }],
  ["a range", { ranges: { year: { from: 1990 } } }],
  ["a sort", { sort: { by: "year", order: "asc" } }],
] as [string, Partial<SearchQuery>][])("is refused for %s", (_, change) => {
  const cursor = writeCursor(query, { part: "head", key: 1, id: "a" });

  expect(() => readCursor({ ...query, ...change }, cursor)).toThrow(/another query or sort/);
});

test.each(["", "x", "bnVsbA", "W10", "e30"])("%j is refused as malformed", (cursor) => {
  expect(() => readCursor(query, cursor)).toThrow(CursorError);
});
