import { fairShare, isFree, surplus } from "./share.ts";

test.each([
  [8, 0, 8],
  [8, 1, 8],
  [8, 2, 4],
  [8, 3, 3],
  [8, 9, 1],
])("shares %d partitions among %d members: %d each at most", (partitions, members, share) => {
  expect(fairShare(partitions, members)).toBe(share);
});

test("takes what nobody has, what was let go of, and what was silent for too long", () => {
  expect(isFree(undefined, 0, 10)).toBe(true);
  expect(isFree({ owner: "", at: 5 }, 5, 10)).toBe(true);
  expect(isFree({ owner: "a", at: 5 }, 15, 10)).toBe(false);
  expect(isFree({ owner: "a", at: 5 }, 16, 10)).toBe(true);
});

test("lets go of what is beyond the share, and of nothing below it", () => {
  expect(surplus([7, 0, 3], 2)).toEqual([7]);
  expect(surplus([0, 3], 4)).toEqual([]);
});
