import { addressOf, cut, imdbOf, numberIdOf, textOf, tidy, yearOf } from "./clean.ts";

test.each([
  ["plain text", "plain text"],
  [" two\u00a0\u2009 spaces\n", "two spaces"],
  ["zero\u200bwidth\ufeff", "zerowidth"],
  ["Schö\u200dn", "Schön"],
  ["می\u200cخواهم", "می\u200cخواهم"],
  ["bell\u0007", "bell"],
])("tidies %j", (text, tidied) => {
  expect(tidy(text)).toBe(tidied);
});

test("an empty text is none", () => {
  expect([textOf(" \u00a0"), textOf(null), textOf(7), textOf(["a"])]).toEqual([
    undefined,
    undefined,
    "7",
    undefined,
  ]);
});

test("reads ids however they are padded", () => {
  expect(["114709", "0114709", "tt0114709", "tt10872600"].map(imdbOf)).toEqual([
    "tt0114709",
    "tt0114709",
    "tt0114709",
    "tt10872600",
  ]);
  expect(["", "0", "nm0000001", "x", null].map(imdbOf)).toEqual(Array(5).fill(undefined));
  expect(["0862", "", "-1"].map(numberIdOf)).toEqual(["862", undefined, undefined]);
});

test("a year is one that a film can have", () => {
  const years = [1999, "Jun 12 1998", "1865", 2040, "2036", "12345", null];

  expect(years.map((year) => yearOf(year, 2026))).toEqual([
    1999,
    1998,
    undefined,
    undefined,
    2036,
    undefined,
    undefined,
  ]);
});

test("keeps web addresses alone", () => {
  expect(addressOf("https://example.org/a.jpg")).toBe("https://example.org/a.jpg");
  expect([addressOf("ftp://x/y"), addressOf("https://"), addressOf("a.jpg")]).toEqual(
    Array(3).fill(undefined),
  );
});

test("cuts what is too long and shows it", () => {
  expect([cut("abcdef", 6), cut("abc def", 5)]).toEqual(["abcdef", "abc…"]);
});
