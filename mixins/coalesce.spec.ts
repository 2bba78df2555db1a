import { Coalescer } from "./coalesce.ts";

test("hands on together what comes together, and no more than it may at once", async () => {
  const batches: number[][] = [];
  const gather = new Coalescer<number>(async (items) => void batches.push([...items]), 3);

  await Promise.all([1, 2, 3, 4, 5].map((n) => gather.add(n)));

  expect(batches).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
});

test("what comes while a batch is handled waits for the next", async () => {
  const batches: number[][] = [];
  const gather = new Coalescer<number>(async (items) => {
    batches.push([...items]);
    await new Promise(setImmediate);
  });

  const first = gather.add(1);
  await new Promise(setImmediate);
  const second = gather.add(2);
  await Promise.all([first, second]);

  expect(batches).toEqual([[1], [2]]);
});

test("a failure is told to those of its batch, and the next batch goes on", async () => {
  let fails = true;
  const gather = new Coalescer<number>(async () => {
    if (fails) throw new Error("no");
  });

  await expect(gather.add(1)).rejects.toThrow("no");
  fails = false;

  await expect(gather.add(2)).resolves.toBeUndefined();
});
