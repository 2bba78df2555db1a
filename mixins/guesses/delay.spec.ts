import { type Guesses, guessed, type Patience, waitFor } from "./delay.ts";

const p: Patience = { free: 3, firstMs: 1_000, mostMs: 8_000, forgetMs: 60_000 };
const after = (n: number): Guesses => ({ count: n, last: 0 });

test("the first guesses are free, then the waits double up to a limit", () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 7, 100].map((n) => waitFor(after(n), p, 0));

  expect(waits).toEqual([0, 0, 0, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
});

test("a wait ends, nobody is locked out", () => {
  expect(waitFor(after(4), p, 1_500)).toBe(500);
  expect(waitFor(after(4), p, 2_000)).toBe(0);
});

test("all is forgotten after a while", () => {
  expect(waitFor(after(100), p, 60_000)).toBe(0);
  expect(guessed(after(100), p, 60_000)).toEqual({ count: 1, last: 60_000 });
  expect(guessed(after(2), p, 10)).toEqual({ count: 3, last: 10 });
  expect(guessed(undefined, p, 10)).toEqual({ count: 1, last: 10 });
});
