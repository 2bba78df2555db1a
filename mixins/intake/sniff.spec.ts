import { asTable, delimiterIn, jsonIn, mustHave, onlyJson } from "./sniff.ts";

test("tells JSON by its first character", () => {
  expect(jsonIn('\ufeff \n[{"a":1}]')).toEqual({ kind: "json" });
  expect(jsonIn('{"a":1}')).toEqual({ kind: "ndjson" });
  expect(jsonIn("a,b")).toBeUndefined();
  expect(() => onlyJson("a,b\n1,2")).toThrow('it begins with "a,b", which is not JSON');
});

test.each([
  ["a,b\n1;2;3;4", ","],
  ["a;b,c;d\n", ";"],
  ["a\tb", "\t"],
  ["alone", ","],
])("finds the delimiter of %j", (beginning, delimiter) => {
  expect(delimiterIn(beginning)).toBe(delimiter);
});

test("names the first column that is missing, and those that there are", () => {
  expect(() => mustHave(["a", "b"])(["b", "c"])).toThrow('no column "a". It has: b, c.');
  expect(mustHave(["a"])(["b", "a"])).toBeUndefined();
});

test("a table is what it was said to be, else what it looks like", () => {
  const said = asTable({ format: "json", columns: [] });
  const seen = asTable({ columns: ["a"] });

  expect(said.format("a;b")).toEqual({ kind: "json" });
  expect(seen.format("[1]")).toEqual({ kind: "json" });
  expect(seen.format("a;b")).toEqual({ kind: "csv", delimiter: ";", quotes: true });
  expect(() => seen.header(["b"])).toThrow(/no column "a"/);
});
