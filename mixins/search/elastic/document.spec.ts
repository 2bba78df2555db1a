import type { IndexDefinition } from "../port.ts";
import { lineOf, toIndexed, tombstone } from "./document.ts";

const definition: IndexDefinition = {
  name: "films",
  version: 1,
  fields: [
    { name: "title", weight: 10, role: "title" },
    { name: "cast", weight: 4, role: "names" },
    { name: "extract", weight: 1, role: "text" },
  ],
  facets: ["genre"],
  sorts: ["year", "title"],
};
const document = {
  id: "a",
  version: 3,
  fields: { title: ["The Matrix"], cast: ["Carrie-Anne Moss"], extract: ["Ünreal!"] },
  facets: { genre: ["action"] },
  sorts: { year: 1999, title: "the matrix" },
  popularity: 0.5,
  stored: null,
};

test("texts lie folded in the index, beside what people read", () => {
  expect(toIndexed(definition, document)).toMatchObject({
    f: { title: ["the matrix"], cast: ["carrie anne moss"], extract: ["unreal"] },
    titles: ["the matrix", "matrix"],
    raw: document.fields,
    facets: { genre: ["action"] },
  });
});

test("each word of titles and names lies by its consonants, prose does not", () => {
  const { bones } = toIndexed(definition, document) as { bones: string[] };

  expect(bones).toContain("mtrks matrix");
  expect(bones.some((bone) => bone.endsWith(" unreal"))).toBe(false);
});

test("a value to sort by is a number, a text or nothing, and a long text is cut", () => {
  const sorts = { year: null, title: "x".repeat(1_000) };

  expect(toIndexed(definition, { ...document, sorts })).toMatchObject({
    sorts: { year: {}, title: { t: "x".repeat(300) } },
  });
});

test("a removal stands above its document's version and below the next", () => {
  const version = (text: string) =>
    (JSON.parse(text.split("\n")[0] ?? "") as { index: { version: number } }).index.version;

  const [now, removed, next] = [
    lineOf(definition, document),
    tombstone({ id: "a", version: 3 }),
    lineOf(definition, { ...document, version: 4 }),
  ].map(({ text }) => version(text));

  expect([now, removed, next]).toEqual([6, 7, 8]);
});

test("halves of characters are mended, for they could not be given back", () => {
  const broken = { ...document, fields: { ...document.fields, extract: ["a \ud800 b"] } };

  const { text } = lineOf(definition, broken);

  expect(JSON.parse(text.split("\n")[1] ?? "")).toMatchObject({
    raw: { extract: ["a \ufffd b"] },
  });
});
