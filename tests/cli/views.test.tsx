/** What is drawn, frame by frame. */

import { setTimeout as sleep } from "node:timers/promises";
import { cleanup, render } from "ink-testing-library";
import { Progress, type ProgressProps } from "../../cli/views/progress.tsx";

const props = (more: Partial<ProgressProps> = {}): ProgressProps => ({
  title: "wikipedia",
  subtitle: "wikipedia-movies.ndjson.gz",
  stage: "load",
  fraction: 0.5,
  facts: ["18,136 rows", "2,590 rows/s", "7 s left"],
  counts: [
    ["loaded", "18,000"],
    ["rejected", "3"],
  ],
  notice: null,
  warning: null,
  colour: false,
  keys: true,
  onDetach: () => {},
  onCancel: () => {},
  ...more,
});

const esc = "\u001b";
const interrupt = "\u0003";
/** Ink listens to the keyboard only after its first effects. */
const settle = () => sleep(50);

afterEach(cleanup);

test("draws stage, bar, facts and counts", () => {
  const { lastFrame } = render(<Progress {...props()} />);

  const frame = lastFrame() ?? "";
  expect(frame).toContain("wikipedia wikipedia-movies.ndjson.gz");
  expect(frame).toMatch(/load +█+░+ +50 %/);
  expect(frame).toContain("18,136 rows · 2,590 rows/s · 7 s left");
  expect(frame).toContain("loaded 18,000  rejected 3");
});

test("has no bar where the end is not known", () => {
  const { lastFrame } = render(<Progress {...props({ fraction: null })} />);

  expect(lastFrame()).not.toMatch(/[█░]/);
});

test("is never wider than the terminal", () => {
  const { lastFrame } = render(<Progress {...props({ subtitle: "x".repeat(300) })} />);

  const widths = (lastFrame() ?? "").split("\n").map((line) => line.length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(100);
});

test("Ctrl-C asks; Esc goes on", async () => {
  const { lastFrame, stdin } = render(<Progress {...props()} />);
  await settle();

  stdin.write(interrupt);
  await settle();
  const asked = lastFrame();
  stdin.write(esc);
  await settle();

  expect(asked).toContain("d detach · c cancel it · Esc go on");
  expect(lastFrame()).not.toContain("d detach");
});

test.each<[keys: string[], then: string[]]>([
  [["d"], []],
  [["c"], []],
  [[interrupt, "d"], ["detach"]],
  [[interrupt, "c"], ["cancel"]],
  [[interrupt, interrupt], ["detach"]],
])("the keys %j lead to %j", async (keys, then) => {
  const done: string[] = [];
  const onDetach = () => done.push("detach");
  const onCancel = () => done.push("cancel");
  const { stdin } = render(<Progress {...props({ onDetach, onCancel })} />);
  await settle();

  for (const key of keys) {
    stdin.write(key);
    await settle();
  }

  expect(done).toEqual(then);
});

test("an upload can only be stopped", async () => {
  const done: string[] = [];
  const onCancel = () => done.push("cancel");
  const { stdin, lastFrame } = render(<Progress {...props({ onDetach: null, onCancel })} />);
  await settle();

  stdin.write(interrupt);
  await settle();
  const asked = lastFrame();
  stdin.write("d");
  await settle();
  stdin.write(interrupt);
  await settle();

  expect(asked).toContain("c stop · Esc go on");
  expect(done).toEqual(["cancel"]);
});
