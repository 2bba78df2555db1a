import { Latch } from "./latch.ts";

const late = () => new Error("too late");

test("whoever comes before it opens waits, and nobody afterwards", async () => {
  const latch = new Latch(late);
  const order: string[] = [];
  const waiting = latch.wait()?.then(() => order.push("let in"));

  order.push("waits");
  latch.open();
  await waiting;

  expect(order).toEqual(["waits", "let in"]);
  expect(latch.wait()).toBeUndefined();
  expect(latch.opened).toBe(true);
});

test("whoever waits too long is told so", async () => {
  const latch = new Latch(late, 1);

  await expect(latch.wait()).rejects.toThrow("too late");
});
