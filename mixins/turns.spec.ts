import { Turns } from "./turns.ts";

const settled = () => new Promise(setImmediate);

test("tasks of one key run one at a time, in order, though one fails", async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const task =
    (name: string, fails = false) =>
    async () => {
      seen.push(`${name} begins`);
      await settled();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };

  const all = await Promise.allSettled([
    turns.run("k", task("a", true)),
    turns.run("k", task("b")),
  ]);

  expect(all.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  expect(seen).toEqual(["a begins", "a ends", "b begins", "b ends"]);
});

test("tasks of different keys run beside each other", async () => {
  const turns = new Turns();
  let release: () => void = () => undefined;
  const blocked = turns.run("a", () => new Promise<void>((resolve) => (release = resolve)));

  const free = await turns.run("b", async () => "done");

  expect(free).toBe("done");
  release();
  await blocked;
});
