import { type TreeNode, walk } from "./walk.ts";

const compare = (a: unknown, b: unknown) => Number(a) - Number(b);

/** A balanced tree of the numbers from..to, two documents each. */
function tree(from: number, to: number): TreeNode<string> | null {
  if (from > to) return null;
  const key = Math.floor((from + to) / 2);
  return { key, data: [`${key}a`, `${key}b`], left: tree(from, key - 1), right: tree(key + 1, to) };
}
const root = tree(1, 50) as TreeNode<string>;
const keys = (descending: boolean, from?: { key: unknown }) =>
  [...walk(root, compare, descending, from)].map((node) => node.key);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

test("goes through all keys in order, and backwards", () => {
  expect(keys(false)).toEqual(upTo(50));
  expect(keys(true)).toEqual(upTo(50).reverse());
});

test.each(upTo(50))("begins at the key %i, in both directions", (key) => {
  expect(keys(false, { key })).toEqual(upTo(50).slice(key - 1));
  expect(keys(true, { key })).toEqual(upTo(key).reverse());
});

test("begins behind a key that is not there", () => {
  expect(keys(false, { key: 10.5 })[0]).toBe(11);
  expect(keys(true, { key: 10.5 })[0]).toBe(10);
});

test("finds nothing in an empty tree", () => {
  expect([...walk({ data: [] }, compare, false)]).toEqual([]);
});
