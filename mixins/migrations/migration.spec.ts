import { dueOf, type Migration, MigrationError } from "./migration.ts";

const step = (number: number): Migration => ({
  number,
  name: `step ${number}`,
  up: async () => {},
});
const numbers = (steps: Migration[]) => steps.map(({ number }) => number);

test("are due in order, those that were done left out", () => {
  const steps = [step(1), step(2), step(3)];

  expect(numbers(dueOf({ actor: "films", steps }, new Set()))).toEqual([1, 2, 3]);
  expect(numbers(dueOf({ actor: "films", steps }, new Set([1, 3])))).toEqual([2]);
});

test("refuse documents that a newer version has migrated", () => {
  const due = () => dueOf({ actor: "films", steps: [step(1)] }, new Set([1, 2]));

  expect(due).toThrow(MigrationError);
  expect(due).toThrow("written by a newer Bijou (migration 2, this one knows 1)");
});

test("refuse a list with a gap", () => {
  expect(() => dueOf({ actor: "films", steps: [step(1), step(3)] }, new Set())).toThrow(
    "not numbered from 1",
  );
});
