import { z } from "zod";
import { ImportedRow } from "./absorb.contract.ts";
import { exact, testOf } from "./exact.contract.ts";
import { FilmDraft } from "./film.contract.ts";

const schema = z.strictObject({
  name: z.string().trim().min(1).max(5),
  born: z.int().min(1870).max(2100).optional(),
  share: z.number().gt(0).lt(1).optional(),
  tags: z
    .array(z.enum(["a", "b"]))
    .max(2)
    .default([]),
  by: z.record(z.string().regex(/^[a-z]{2}$/), z.string()).refine((o) => "en" in o, "English"),
  id: z.uuid().optional(),
  day: z.iso.date().optional(),
  link: z.url({ protocol: /^https$/ }).optional(),
  either: z.union([z.string().trim(), z.int()]).optional(),
});
const good = { name: "Ann", tags: [], by: { en: "x" } };

test.each([
  [good],
  [{ ...good, born: 1870 }],
  [{ ...good, share: 0.5, tags: ["a", "b"] }],
  [{ ...good, id: "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11", day: "2024-02-29" }],
  [{ ...good, link: "https://example.org/", either: 3 }],
  [{ ...good, link: "https://xn--e1afmkfd.example:8080/a?b=c#d" }],
])("takes what the schema leaves as it is, and hands on that very value: %j", (value) => {
  expect(exact(schema).parse(value)).toBe(value);
});

test.each([
  ["a text to trim", { ...good, name: " Ann" }],
  ["a text too long", { ...good, name: "Annika" }],
  ["an empty text", { ...good, name: "" }],
  ["a default left out", { name: "Ann", by: { en: "x" } }],
  ["an unknown field", { ...good, more: 1 }],
  ["a number out of bounds", { ...good, born: 1869 }],
  ["a part of a number", { ...good, born: 1870.5 }],
  ["an open bound", { ...good, share: 1 }],
  ["a text for a number", { ...good, born: "1870" }],
  ["a value of no list", { ...good, tags: ["c"] }],
  ["too many", { ...good, tags: ["a", "b", "a"] }],
  ["a list for an object", { ...good, by: [] }],
  ["a wrong key", { ...good, by: { en: "x", english: "y" } }],
  ["a broken rule", { ...good, by: { ru: "x" } }],
  ["no id", { ...good, id: "1" }],
  ["no day", { ...good, day: "2023-02-29" }],
  ["another protocol", { ...good, link: "http://example.org/" }],
  ["no address", { ...good, link: "https://" }],
  ["an address with a space around it", { ...good, link: " https://example.org/" }],
  ["one of several to trim", { ...good, either: " a" }],
  ["a name of the language", JSON.parse('{"name":"Ann","tags":[],"by":{"en":"x"},"__proto__":1}')],
  ["null", null],
])("refuses %s", (_, value) => {
  expect(exact(schema).safeParse(value).success).toBe(false);
});

test("names the fault where it is", () => {
  const { error } = exact(schema).safeParse({ ...good, born: 1 });

  expect(error?.issues[0]).toMatchObject({ path: ["born"] });
  expect(error?.issues[0]?.message).toContain("1870");
});

test("reads all of a film by itself, but addresses", () => {
  const draft = FilmDraft.parse({
    titles: { en: "Solaris" },
    cast: [{ name: "Donatas Banionis" }],
  });

  expect(testOf(FilmDraft)(draft)).toBe(true);
  expect(testOf(FilmDraft)({ ...draft, titles: {} })).toBe(false);
  expect(testOf(FilmDraft)({ ...draft, cast: [{ name: "Natalya ", job: "actor" }] })).toBe(false);
});

test("says the shape of what it takes", () => {
  expect(z.toJSONSchema(exact(ImportedRow))).toMatchObject({ required: ["row", "from", "film"] });
});
