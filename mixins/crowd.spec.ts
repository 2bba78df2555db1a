import { Crowd } from "./crowd.ts";

const full = () => new Error("full");

test("lets so many of a key in at once, and others beside them", async () => {
  const crowd = new Crowd(2);
  let letGo = () => {};
  const gate = new Promise<void>((done) => {
    letGo = done;
  });
  const held = [1, 2].map(() => crowd.run("a", () => gate, full));

  await expect(crowd.run("a", async () => 1, full)).rejects.toThrow("full");
  expect(await crowd.run("b", async () => 2, full)).toBe(2);
  letGo();
  await Promise.all(held);
  expect(await crowd.run("a", async () => 3, full)).toBe(3);
});

test("makes room again where a task fails", async () => {
  const crowd = new Crowd(1);
  await expect(crowd.run("a", () => Promise.reject(full()), full)).rejects.toThrow("full");

  expect(await crowd.run("a", async () => 1, full)).toBe(1);
});
