import { differing, fieldIn, isEmpty, languageFields, same } from "./fields.ts";

test("compares values deeply; absent and undefined are one, the order of a list counts", () => {
  expect(same({ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] })).toBe(true);
  expect(same({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(same([1, 2], [2, 1])).toBe(false);
  expect(same([1], [1, 2])).toBe(false);
  expect(same(null, {})).toBe(false);
  expect(same("1", 1)).toBe(false);
});

test.each([
  [undefined, true],
  [[], true],
  [{}, true],
  [0, false],
  ["", false],
  [["x"], false],
])("%j is empty: %s", (value, expected) => {
  expect(isEmpty(value)).toBe(expected);
});

test("names texts language by language, other fields by themselves", () => {
  const film = { titles: { en: "Solaris", "zh-Hant": "飛向太空" }, year: 1972 };

  expect(languageFields("titles", film)).toEqual(["titles/en", "titles/zh-Hant"]);
  expect(languageFields("extracts", film)).toEqual([]);
  expect(languageFields("year", film)).toEqual(["year"]);
});

test("reads a field, or one language of it", () => {
  const film = { titles: { en: "Solaris" }, year: 1972 };

  expect(fieldIn(film, "titles/en")).toBe("Solaris");
  expect(fieldIn(film, "titles/ru")).toBeUndefined();
  expect(fieldIn(film, "extracts/en")).toBeUndefined();
  expect(fieldIn(film, "year")).toBe(1972);
});

test("names only the languages that differ, also those that went", () => {
  const before = { titles: { en: "Solaris", fr: "Solaris" } };
  const after = { titles: { en: "Solaris", ru: "Солярис" } };

  expect(differing("titles", before, after)).toEqual(["titles/fr", "titles/ru"]);
  expect(differing("year", { year: 1 }, { year: 2 })).toEqual(["year"]);
});
