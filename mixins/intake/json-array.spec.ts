import type { Frame } from "./frame.ts";
import { ArrayFramer } from "./json-array.ts";

function frames(text: string, size: number, most?: number): Frame[] {
  const framer = new ArrayFramer(most);
  const bytes = Buffer.from(text);
  const found: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    found.push(...framer.push(Buffer.from(bytes.subarray(at, at + size))));
  }
  return [...found, ...framer.end()];
}

const rows = [
  { a: 'brackets ]}[{ and , and \\" in a string' },
  { b: [1, { c: "ü" }], d: null },
  "text, alone",
  7,
];

test.each([1, 2, 5, 1000])("gives the elements however the bytes arrive (%i)", (size) => {
  const found = frames(JSON.stringify(rows, null, 1), size);

  expect(found.map(({ text }) => JSON.parse(text))).toEqual(rows);
  expect(found.map(({ line }) => line)).toEqual([2, 5, 14, 15]);
});

test("an empty array has no elements", () => {
  expect(frames(" [ ] \n", 1)).toEqual([]);
});

test("of an element that is too long only the beginning is kept", () => {
  const found = frames(`["${"x".repeat(50)}", 1]`, 3, 20);

  expect(found).toEqual([
    { line: 1, text: expect.stringMatching(/^"x+$/), fault: "longer than 20 bytes" },
    { line: 1, text: "1" },
  ]);
});

test.each([
  ['[{"a":1},', /cut short/],
  ['[{"a":"x', /cut short/],
  ["[1] [2]", /something follows the JSON array \(line 1\)/],
  ["\n{}", /does not begin with \[ \(line 2\)/],
])("%s is no array", (text, sentence) => {
  expect(() => frames(text, 2)).toThrow(sentence);
});
