import { setTimeout as pause } from "node:timers/promises";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { doorsFirst } from "./doors-first.ts";

/** An actor that asks another one after a while, and the other, which is of no use once stopped. */
function house(extra: ServiceSchema[] = []) {
  let open = true;
  const broker = new ServiceBroker({
    logger: false,
    middlewares: [doorsFirst()],
  } as never);
  broker.createService({
    name: "keeper",
    actions: {
      keep: () => {
        if (!open) throw new Error("The keeper has closed.");
        return "kept";
      },
    },
    stopped() {
      open = false;
    },
  });
  broker.createService({
    name: "asker",
    actions: {
      async ask(ctx: { call(name: string): Promise<unknown> }) {
        await pause(150);
        return ctx.call("keeper.keep");
      },
    },
  } as never);
  for (const schema of extra) broker.createService(schema);
  return broker;
}

it("what is under way is answered by actors that are still there", async () => {
  const broker = house();
  await broker.start();
  const answer = broker.call("asker.ask");
  await pause(20);

  await broker.stop();

  expect(await answer).toBe("kept");
});

it("whoever is inside a door is answered before the actors stop", async () => {
  let answer: unknown;
  const door = {
    name: "public",
    created(this: { door: string }) {
      this.door = "http://127.0.0.1:0";
    },
    async stopped(this: { broker: ServiceBroker }) {
      answer = await this.broker.call("asker.ask");
    },
  };
  const broker = house([door as unknown as ServiceSchema]);
  await broker.start();

  await broker.stop();

  expect(answer).toBe("kept");
});

it("what has failed is not waited for", async () => {
  const fails = { name: "failing", actions: { fail: () => Promise.reject(new Error("No.")) } };
  const broker = house([fails as unknown as ServiceSchema]);
  await broker.start();
  await expect(broker.call("failing.fail")).rejects.toThrow("No.");
  const begun = performance.now();

  await broker.stop();

  // It would be given ten seconds.
  expect(performance.now() - begun).toBeLessThan(5_000);
});

it("an actor finishes what it was asked by an event", async () => {
  let isDone = false;
  const hears = {
    name: "hearing",
    events: {
      async told() {
        await pause(150);
        isDone = true;
      },
    },
  };
  const broker = house([hears as unknown as ServiceSchema]);
  await broker.start();
  void broker.emit("told");
  await pause(20);

  await broker.stop();

  expect(isDone).toBe(true);
});
