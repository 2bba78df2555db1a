import { resolveRange } from "./range.ts";

test("the whole object without a range, also an empty one", () => {
  expect(resolveRange({}, 10)).toEqual({ start: 0, end: 9 });
  expect(resolveRange({}, 0)).toEqual({ start: 0, end: -1 });
});

test("both ends are included and the last one is cut to the size", () => {
  expect(resolveRange({ start: 2, end: 4 }, 10)).toEqual({ start: 2, end: 4 });
  expect(resolveRange({ start: 5 }, 10)).toEqual({ start: 5, end: 9 });
  expect(resolveRange({ end: 0 }, 10)).toEqual({ start: 0, end: 0 });
  expect(resolveRange({ start: 9, end: 99 }, 10)).toEqual({ start: 9, end: 9 });
});

test.each([
  ["begins behind the end", { start: 10 }],
  ["is turned round", { start: 4, end: 2 }],
  ["is negative", { start: -1 }],
  ["ends before it begins", { end: -1 }],
  ["is no whole number", { start: 0.5 }],
  ["is no number", { start: Number.NaN }],
])("refuses a range that %s, telling the size", (_, range) => {
  expect(() => resolveRange(range, 10)).toThrow("within the object's 10 bytes");
});

test("an empty object has no ranges", () => {
  expect(() => resolveRange({ start: 0 }, 0)).toThrow("0 bytes");
});
