import { backoffMs, defaultBackoff } from "./backoff.ts";

const rule = { baseMs: 100, factor: 2, maxMs: 1000 };

test("waits longer after every failure", () => {
  const waits = [1, 2, 3, 4].map((attempts) => backoffMs(attempts, rule, 1));

  expect(waits).toEqual([100, 200, 400, 800]);
});

test("never waits longer than the maximum, however often it failed", () => {
  expect(backoffMs(5, rule, 1)).toBe(1000);
  expect(backoffMs(5000, rule, 1)).toBe(1000);
});

test("spreads the waits over the upper half of the step", () => {
  expect(backoffMs(1, rule, 0)).toBe(50);
  expect(backoffMs(1, rule, 0.5)).toBe(75);
});

test("eight tries more take between five minutes and a quarter of an hour", () => {
  const total = (random: number) =>
    [1, 2, 3, 4, 5, 6, 7, 8].reduce((sum, n) => sum + backoffMs(n, defaultBackoff, random), 0);

  expect(total(0)).toBeGreaterThan(5 * 60_000);
  expect(total(1)).toBeLessThan(17 * 60_000);
});
