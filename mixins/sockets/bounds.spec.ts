import { Bucket, Tally, warnAt } from "./bounds.ts";

test("a socket may send a burst, and then as much as it earns by waiting", () => {
  const bucket = new Bucket({ perSecond: 2, burst: 3 }, 0);

  const taken = [0, 0, 0, 0, 499, 1_000, 1_000].map((now) => bucket.take(now));

  expect(taken).toEqual([true, true, true, false, false, true, true]);
});

test("a bucket never holds more than its size, and a clock that goes back earns nothing", () => {
  const bucket = new Bucket({ perSecond: 1, burst: 1 }, 10_000);

  expect(bucket.take(99_000)).toBe(true);
  expect(bucket.take(99_000)).toBe(false);
  expect(bucket.take(5_000)).toBe(false);
});

test("a tally forgets who has none", () => {
  const tally = new Tally();
  tally.add("a", 1);
  tally.add("a", 1);
  tally.add("a", -1);

  expect([tally.get("a"), tally.get("b")]).toEqual([1, 0]);
});

test("an expiry is told a minute before, or in the last fifth of a short life", () => {
  expect(warnAt(0, 600_000)).toBe(540_000);
  expect(warnAt(0, 10_000)).toBe(8_000);
  expect(warnAt(10_000, 9_000)).toBeGreaterThanOrEqual(9_000);
});
