/** What stopping and starting again may not change. */
import { newId } from "../../services/shared/ids.ts";
import { until } from "../house/soon.ts";
import { admin, collector, type House, message, numbers, pause, send } from "./kit.ts";

export const restartContract = (house: () => Promise<House>): void => {
  const names = () => ({ channel: `films.${newId()}.v1`, group: newId() });

  test("goes on where the group was: nothing twice, nothing lost", async () => {
    const { channel, group } = names();
    const nodes = await house();
    const before = collector(group);
    const first = await nodes.node({ [channel]: before.listening });
    await send(first, channel, ...numbers(30).map((n) => message(n)));
    await until(() => before.got.length === 30, "the first half is handled");
    await nodes.stop(first);

    const sender = await nodes.node({});
    await send(sender, channel, ...numbers(30).map((n) => message(30 + n)));
    const after = collector(group);
    await nodes.node({ [channel]: after.listening });
    await until(() => after.got.length >= 30, "the second half is handled");
    await pause(50);

    const all = [...before.data(), ...after.data()];
    expect(all.toSorted((a, b) => Number(a) - Number(b))).toEqual(numbers(60));
  });

  test("waits for the handlers that run, and does not give their messages again", async () => {
    const { channel, group } = names();
    const nodes = await house();
    let begun = 0;
    let ended = 0;
    const handler = async () => {
      begun++;
      await pause(150);
      ended++;
    };
    const node = await nodes.node({ [channel]: { group, maxInFlight: 3, handler } });
    await send(node, channel, ...numbers(9).map((n) => message(n)));
    await until(() => begun === 3, "three are running");

    await nodes.stop(node);
    const atStop = { begun, ended };
    const rest = collector(group);
    await nodes.node({ [channel]: rest.listening });
    await until(() => rest.got.length >= 6, "the others are handled");
    await pause(50);

    expect(atStop).toEqual({ begun: 3, ended: 3 });
    expect(rest.got).toHaveLength(6);
  });

  test("remembers how often a message was tried", async () => {
    const { channel, group } = names();
    const nodes = await house();
    let tries = 0;
    const handler = () => {
      tries++;
      throw new Error("always");
    };
    const first = await nodes.node({ [channel]: { group, handler } });
    await send(first, channel, message(1));
    await until(() => tries >= 2, "it was tried twice");
    await nodes.stop(first);

    const second = await nodes.node({ [channel]: { group, handler } });
    const letters = () => admin(second).deadletters.list({ group });
    await until(async () => (await letters()).length === 1, "it is dead");

    expect(tries).toBe(4);
    expect((await letters())[0]?.attempts).toBe(4);
  });

  test("remembers the order of a key", async () => {
    const { channel, group } = names();
    const nodes = await house();
    const failing = { group, ordered: true, maxRetries: 50, handler: () => Promise.reject("no") };
    const first = await nodes.node({ [channel]: failing });
    await send(first, channel, ...numbers(50).map((n) => message(n, { key: `k${n % 2}` })));
    await pause(30);
    await nodes.stop(first);

    const after = collector(group, { ordered: true, maxInFlight: 20, maxRetries: 50 });
    await nodes.node({ [channel]: after.listening });
    await until(() => after.got.length >= 50, "all are handled");

    for (const key of ["k0", "k1"]) {
      const data = after.got.filter((it) => it.key === key).map((it) => Number(it.data));
      expect(data).toEqual(data.toSorted((a, b) => a - b));
    }
    expect(after.got).toHaveLength(50);
  });

  test("keeps a message for its time over a restart", async () => {
    const { channel, group } = names();
    const nodes = await house();
    const first = await nodes.node({ [channel]: collector(group).listening });
    const notBefore = new Date(Date.now() + 3_000).toISOString();
    await send(first, channel, message("later", { notBefore }));
    await nodes.stop(first);

    const after = collector(group);
    await nodes.node({ [channel]: after.listening });
    const early = after.got.length;
    await until(() => after.got.length === 1, "it is there");

    expect(early).toBe(0);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(notBefore));
  });

  test("takes messages that an actor sends while it starts and while it stops", async () => {
    const { channel, group } = names();
    const nodes = await house();
    const node = await nodes.sendingWhileItStartsAndStops(channel);
    await nodes.stop(node);

    const after = collector(group);
    await nodes.node({ [channel]: after.listening });
    await until(() => after.got.length === 2, "both are there");

    expect(after.data()).toEqual(["starting", "stopping"]);
  });
};
