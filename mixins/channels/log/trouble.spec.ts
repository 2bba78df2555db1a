import { Trouble } from "./trouble.ts";

const made = () => {
  const told: string[] = [];
  const trouble = new Trouble("This", () => undefined);
  trouble.logger = {
    warn: (what: string) => void told.push(what),
    info: (what: string) => void told.push(what),
  };
  return { told, trouble };
};

test("tells of the first failure and then of few, and that it works again", () => {
  const { told, trouble } = made();

  for (let n = 0; n < 121; n++) trouble.failed(new Error("full"));
  trouble.worked();
  trouble.worked();

  expect(told).toEqual([
    "This failed (1x) and is tried again:",
    "This failed (61x) and is tried again:",
    "This failed (121x) and is tried again:",
    "This works again, after 121 failures.",
  ]);
});

test("is quiet while all works", () => {
  const { told, trouble } = made();

  trouble.worked();

  expect(told).toEqual([]);
});
