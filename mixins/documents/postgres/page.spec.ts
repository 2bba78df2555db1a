import { collection, type Stored } from "../collection.ts";
import { pageStatement } from "./page.ts";
import { tablesOf } from "./sql.ts";

const books = collection<Stored>({
  name: "books",
  indexes: { isbn: { unique: true }, year: { sorts: true }, shelf: {}, "authors.person": {} },
});
const tables = tablesOf("house", books);
const byId = { field: "id", descending: false };
const page = (where: object, more: object = {}) =>
  pageStatement(tables, { where: where as never, sort: byId, limit: 3, ...more });

test("walks the order's index where no condition has one", () => {
  const { text, values } = page({ title: "Solaris" });

  expect(text).not.toContain("found");
  expect(text).toMatch(
    /^\(select "house"."books".body, .* from "house"."books" where .* order by id limit \$2\)$/,
  );
  expect(values).toEqual(['{"v":["Solaris"]}', 3]);
});

test("looks candidates up by an index, and walks only where these are many", () => {
  const { text } = page({ shelf: "s", "authors.person": { in: ["p1", "p2"] } });

  expect(text).toMatch(/^with found as materialized \(select id from .* limit 2001\)/);
  expect(text.match(/<= 2000/g)).toHaveLength(2);
});

test("takes a unique value before other indexes", () => {
  const { text } = page({ shelf: "s", isbn: "1" });

  expect(text).toContain(`select id from "house"."books_unique" where field = 'isbn'`);
});

test("names every value once, so that a statement is prepared once for all values", () => {
  const one = page({ shelf: { in: ["a"] }, year: { gte: 1, lt: 2 } });
  const other = page({ shelf: { in: ["b", "c"] }, year: { gte: 3, lt: 4 } });

  expect(other.text).toBe(one.text);
  const named = new Set(one.text.match(/\$\d+/g));
  expect(named.size).toBe(one.values.length);
});

test("begins behind the place of the page before, in either direction", () => {
  const sort = { field: "year", descending: true };
  const { text, values } = page({}, { sort, after: { value: 1961, id: "b" } });

  expect(text).toMatch(/, id\) < \(\$1::float8, left\(\$2, 512\), \$3\)/);
  expect(text.match(/ desc/g)).toHaveLength(3);
  expect(values).toEqual([1961, "", "b", 3]);
});

test("refuses to sort by what no index sorts", () => {
  const sort = { field: "title", descending: false };

  expect(() => page({}, { sort })).toThrow("No index sorts by title.");
});
