import { working } from "./hashing.ts";

test.each([
  [2, 8, true, 2],
  [2, 2, false, 2],
  [2, 2, true, 1],
  [8, 4, true, 3],
  [2, 1, false, 1],
  [2, 1, true, 1],
])("of %i processes on %i cores, while read %s: %i work", (most, cores, isRead, expected) => {
  expect(working(most, cores, isRead)).toBe(expected);
});
