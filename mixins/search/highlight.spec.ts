import { highlight, matcher } from "./highlight.ts";
import type { IndexDefinition } from "./port.ts";

const definition: IndexDefinition = {
  name: "x",
  version: 1,
  fields: [
    { name: "title", weight: 1, role: "title" },
    { name: "text", weight: 1, role: "text" },
  ],
  facets: [],
  sorts: [],
};

const matches = matcher([
  {
    words: [
      [{ text: "amelie", prefix: false, quality: 1 }],
      [{ text: "pou", prefix: true, quality: 1 }],
    ],
    known: 1,
    rare: false,
  },
]);

const marked = (fields: Record<string, string[]>) =>
  highlight(definition, fields, matches).map(({ field, text, ranges }) => [
    field,
    ...ranges.map(([from, to]) => text.slice(from, to)),
  ]);

test("marks whole words and beginnings by their folded form, as they are written", () => {
  expect(marked({ title: ["Le destin d'Amélie Poulain", "Other"] })).toEqual([
    ["title", "Amélie", "Poulain"],
  ]);
});

test("marks letters written with combining marks as a whole", () => {
  expect(marked({ title: ["Ame\u0301lie!"] })).toEqual([["title", "Ame\u0301lie"]]);
});

test("cuts prose between words and keeps the marks in place", () => {
  const text = `${"word ".repeat(100)}Amélie ${"word ".repeat(20)}Amélie${" word".repeat(100)}`;

  const [found] = highlight(definition, { text: [text] }, matches);

  expect(found?.text.length).toBeLessThanOrEqual(240);
  expect(found?.text).toMatch(/^word .* word$/);
  expect(found?.ranges.map(([from, to]) => found.text.slice(from, to))).toEqual([
    "Amélie",
    "Amélie",
  ]);
});

test("a text without spaces is cut all the same", () => {
  const [found] = highlight(definition, { text: [`Amélie,${"x".repeat(1000)}`] }, matches);

  expect(found?.text).toHaveLength(240);
  expect(found?.ranges).toEqual([[0, 6]]);
});
