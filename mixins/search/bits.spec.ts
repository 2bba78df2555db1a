import { Bits } from "./bits.ts";
import { Top } from "./top.ts";

const members = (bits: Bits): number[] => {
  const rows: number[] = [];
  bits.forEach((row) => {
    rows.push(row);
  });
  return rows;
};

test("holds what was added, in ascending order, far apart too", () => {
  const bits = Bits.of([70_000, 31, 0, 32, 31]);
  bits.delete(32);
  bits.delete(1_000_000);

  expect(members(bits)).toEqual([0, 31, 70_000]);
  expect(bits.size).toBe(3);
  expect([bits.has(31), bits.has(32), bits.has(9_999_999)]).toEqual([true, false, false]);
});

test("intersects, counts and unites sets of different reach", () => {
  const small = Bits.of([1, 5, 31]);
  const wide = Bits.of([5, 31, 100_000]);

  expect(members(small.and(wide))).toEqual([5, 31]);
  expect(wide.sizeWith(small)).toBe(2);
  small.addAll(wide);
  expect(members(small)).toEqual([1, 5, 31, 100_000]);
});

test("keeps the first rows of an order, however they are offered", () => {
  const top = new Top(3, (a, b) => a > b);

  for (const row of [4, 9, 1, 7, 8, 2]) top.offer(row);

  expect(top.rows).toEqual([9, 8, 7]);
});
