import { bytes, duration, type Sample, sampled, secondsLeft, speed } from "./progress.ts";

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1500, "1.5 kB"],
  [734_000_000, "734 MB"],
  [8_000_000_000, "8.0 GB"],
])("%i bytes are %s", (n, said) => {
  expect(bytes(n)).toBe(said);
});

test.each([
  [0.4, "0 s"],
  [59.6, "1 min 00 s"],
  [185, "3 min 05 s"],
  [7800, "2 h 10 min"],
])("%f seconds are %s", (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});

test("guesses no rate from a single moment", () => {
  expect(speed([{ at: 0, done: 10 }])).toBe(null);
  expect(secondsLeft([{ at: 0, done: 10 }], 100)).toBe(null);
});

test("the time left follows the rate of the last twenty seconds", () => {
  let samples: Sample[] = [];
  // A minute at 1 a second, then twenty seconds at 10 a second.
  for (let s = 0; s <= 60; s++) samples = sampled(samples, { at: s * 1000, done: s });
  for (let s = 1; s <= 20; s++)
    samples = sampled(samples, { at: 60_000 + s * 1000, done: 60 + s * 10 });

  expect(speed(samples)).toBe(10);
  expect(secondsLeft(samples, 360)).toBe(10);
});

test("an upload that begins anew forgets what it had sent", () => {
  const samples = sampled([{ at: 0, done: 500 }], { at: 1000, done: 10 });

  expect(samples).toEqual([{ at: 1000, done: 10 }]);
});
