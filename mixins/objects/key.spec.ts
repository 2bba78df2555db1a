import { segmentsOf, splitPrefix } from "./key.ts";

test("takes keys of letters, digits, dots, dashes and slashes apart", () => {
  expect(segmentsOf("uploads/0190-a/films.tsv.gz")).toEqual(["uploads", "0190-a", "films.tsv.gz"]);
  expect(segmentsOf(".hidden/_x-1")).toEqual([".hidden", "_x-1"]);
});

test.each([
  ["nothing", "", "is empty"],
  ["a leading slash", "/etc/passwd", "is empty"],
  ["a trailing slash", "a/", "is empty"],
  ["two slashes", "a//b", "is empty"],
  ["a way up", "a/../b", "consists of dots"],
  ["a dot", "./a", "consists of dots"],
  ["three dots", "...", "consists of dots"],
  ["a backslash", "a\\..\\b", "only letters"],
  ["a NUL", "a\0b", "only letters"],
  ["an encoded way up", "%2e%2e/a", "only letters"],
  ["a line break at the end", "a\n", "only letters"],
  ["Cyrillic", "фильм", "only letters"],
  ["a tilde", "a~b", "only letters"],
  ["a long segment", "x".repeat(201), "longer than 200"],
  ["a long key", "x/".repeat(600), "longer than 900"],
])("refuses %s and says why", (_, key, why) => {
  expect(() => segmentsOf(key)).toThrow(why);
});

test("splits a prefix into whole segments and a beginning", () => {
  expect(splitPrefix("")).toEqual({ folders: [], rest: "" });
  expect(splitPrefix("a/b/c")).toEqual({ folders: ["a", "b"], rest: "c" });
  expect(splitPrefix("a/b/")).toEqual({ folders: ["a", "b"], rest: "" });
});

test("refuses a prefix that leads out", () => {
  expect(() => splitPrefix("../")).toThrow("consists of dots");
  expect(() => splitPrefix("a/*")).toThrow("no key begins like this");
});
