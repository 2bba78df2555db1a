import { noted, nothingFound, summed } from "./import-findings.ts";
import { type Understood, understand } from "./import-rows.ts";

const options = { state: "published" as const, dryRun: false };
const read = (fields: object, ordinal = 1, more: object = {}) =>
  understand(
    "wikipedia",
    fields as Record<string, unknown>,
    ordinal,
    { ...options, ...more },
    2026,
  );
const understood = (fields: object): Understood => {
  const result = read(fields);
  if (typeof result === "string") throw new Error(result);
  return result;
};
const row = {
  title: "Carmen",
  year: 1915,
  cast: [],
  genres: ["Odd"],
  href: "Carmen",
  extract: "A film.",
};

test("a row is known by its source, key and content, in whatever order its fields stand", () => {
  const { row: first } = understood(row);
  const { row: turned } = understood(Object.fromEntries(Object.entries(row).reverse()));
  const { row: other } = understood({ ...row, extract: "Another text." });

  expect(first).toMatchObject({ row: 1, from: { source: "wikipedia", key: "Carmen|1915|Carmen" } });
  expect(first.from.hash).toMatch(/^[0-9a-f]{32}$/);
  expect(turned.from).toEqual(first.from);
  expect(other.from.key).toBe(first.from.key);
  expect(other.from.hash).not.toBe(first.from.hash);
});

test("a key that is too long is shortened, and still its own", () => {
  const keys = ["a", "b"].map(
    (end) => understood({ ...row, href: "x".repeat(390) + end }).row.from.key,
  );

  expect(keys[0]?.length).toBeLessThanOrEqual(400);
  expect(keys[0]).not.toBe(keys[1]);
});

test("rows with one key or one text bear the same mark", () => {
  const [a, b, c] = [row, { ...row, title: "Tom", href: "Tom" }, { ...row, extract: "Other." }].map(
    (fields) => understood(fields).marks,
  );

  expect(a?.[1]).toBe(b?.[1]);
  expect(a?.[0]).toBe(c?.[0]);
  expect(a?.[0]).not.toBe(b?.[0]);
});

test("what is no film is rejected with the field that is wrong", () => {
  expect(read({ ...row, title: undefined })).toBe("it has no title");
  expect(read({ ...row, href: 7, genres: "x", cast: 1 })).toMatchObject({
    row: { film: { cast: [] } },
  });
});

test("notes what is missing, put right and unknown; names from outside are bounded", () => {
  const odd = understood({
    ...row,
    genres: Array.from({ length: 150 }, (_, index) => `G${index}`),
  });

  const findings = summed(noted("wikipedia", [understood(row)], 1), noted("wikipedia", [odd], 0));

  expect(findings).toMatchObject({ nulls: { genres: 2, cast: 2, poster: 2 }, duplicates: 1 });
  expect(findings.nulls.year).toBeUndefined();
  expect(Object.keys(findings.unknownGenres).length).toBe(101);
  expect(Object.values(findings.unknownGenres).reduce((sum, n) => sum + n)).toBe(151);
  expect(nothingFound().nulls).toEqual({});
});
