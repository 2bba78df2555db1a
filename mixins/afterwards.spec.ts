import { Afterwards } from "./afterwards.ts";

test("what fails is told, and a stop waits for the rest", async () => {
  const told: unknown[][] = [];
  const later = new Afterwards({ error: (...args) => told.push(args) });
  const gate = Promise.withResolvers<void>();
  let isDone = false;
  later.add(Promise.reject(new Error("away")));
  later.add(gate.promise.then(() => (isDone = true)));

  const done = later.done();
  gate.resolve();
  await done;

  expect(isDone).toBe(true);
  expect(told).toEqual([[expect.any(String), new Error("away")]]);
});
