import { delimiterIn, jsonIn, mustHave, onlyJson } from "./sniff.ts";

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
