import { Progress } from "./progress.ts";

test("counts what is pending, and tells the age of the oldest", () => {
  const progress = new Progress();
  const late = progress.begin(1_000);
  const later = progress.begin(4_000);

  expect([progress.pending, progress.lagMs(5_000)]).toEqual([2, 4_000]);

  late();
  expect([progress.pending, progress.lagMs(5_000)]).toEqual([1, 1_000]);
  later();
  later();
  expect([progress.pending, progress.lagMs(5_000)]).toEqual([0, 0]);
});

test("clocks that differ make no negative age", () => {
  const progress = new Progress();
  progress.begin(9_000);

  expect(progress.lagMs(5_000)).toBe(0);
});
