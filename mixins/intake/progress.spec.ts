import { Progress, type Reading } from "./progress.ts";

test("tells at most four times a second, and at once when it begins", () => {
  const told: Reading[] = [];
  let now = 0;
  const progress = new Progress(
    (reading) => told.push(reading),
    () => now,
  );

  progress.begin(100);
  for (now = 0; now < 1000; now += 10) progress.more(1);

  expect(told.map(({ bytesRead }) => bytesRead)).toEqual([0, 26, 51, 76]);
  expect(told.every(({ bytesTotal }) => bytesTotal === 100)).toBe(true);
  expect(progress.bytesRead).toBe(100);
});
