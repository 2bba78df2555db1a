/** In which order, and how many at once. */
import { newId } from "../../services/shared/ids.ts";
import { until } from "../house/soon.ts";
import { admin, type House, message, numbers, pause, type Sent, send } from "./kit.ts";

/** Chance that is the same in every run (mulberry32). */
const chance = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

export const orderContract = (house: () => Promise<House>): void => {
  test("keeps the order of each key through failures at random", async () => {
    const channel = `carts.${newId()}.v1`;
    const random = chance(7);
    const done = new Map<string, number[]>();
    const running = new Set<string>();
    const overlaps: string[] = [];
    const handler = async ({ key, data }: Sent) => {
      if (running.has(key)) overlaps.push(key);
      running.add(key);
      await pause(random() < 0.1 ? 3 : 0);
      running.delete(key);
      if (random() < 0.1) throw new Error("by chance");
      done.set(key, [...(done.get(key) ?? []), Number(data)]);
    };
    const listening = { group: newId(), ordered: true, maxInFlight: 50, maxRetries: 12, handler };
    const node = await (await house()).node({ [channel]: listening });
    const sent = numbers(1000).map((n) => message(n, { key: `cart-${n % 20}` }));

    await send(node, channel, ...sent);
    const count = () => [...done.values()].reduce((sum, all) => sum + all.length, 0);
    await until(() => count() >= 1000, "all are handled");

    expect(overlaps).toEqual([]);
    expect(done.size).toBe(20);
    for (const all of done.values()) expect(all).toEqual(all.toSorted((a, b) => a - b));
    expect(count()).toBe(1000);
  });

  test("a failing message holds back its key alone, until it is dead", async () => {
    const channel = `carts.${newId()}.v1`;
    const group = newId();
    const log: unknown[] = [];
    const handler = ({ data }: Sent) => {
      log.push(data);
      if (data === "a1") throw new Error("a1 is bad");
    };
    const node = await (await house()).node({
      [channel]: { group, ordered: true, maxInFlight: 10, handler },
    });

    const sent = ["a1", "a2", "b1", "a3", "b2"].map((it) => message(it, { key: it.slice(0, 1) }));
    await send(node, channel, ...sent);
    await until(() => log.includes("a3"), "all are handled");

    expect(log.filter((it) => String(it).startsWith("a"))).toEqual([
      ...["a1", "a1", "a1", "a1"],
      ...["a2", "a3"],
    ]);
    expect(log.indexOf("b2")).toBeLessThan(log.lastIndexOf("a1"));
    expect(await admin(node).deadletters.count({ group })).toBe(1);
  });

  test("never runs more handlers of a group at once than asked", async () => {
    const channel = `films.${newId()}.v1`;
    let running = 0;
    let most = 0;
    let handled = 0;
    const handler = async () => {
      most = Math.max(most, ++running);
      await pause(2);
      running--;
      handled++;
    };
    const node = await (await house()).node({
      [channel]: { group: newId(), maxInFlight: 5, handler },
    });

    await send(node, channel, ...numbers(60).map((n) => message(n)));
    await until(() => handled === 60, "all are handled");

    expect(most).toBe(5);
  });

  test("says how far behind a group is and how much it has in hand", async () => {
    const channel = `films.${newId()}.v1`;
    const group = newId();
    const gate = Promise.withResolvers<void>();
    const node = await (await house()).node({
      [channel]: { group, maxInFlight: 2, handler: () => gate.promise },
    });
    const own = async () => (await admin(node).stats()).find((it) => it.channel === channel);

    await send(node, channel, ...numbers(7).map((n) => message(n)));
    await until(async () => (await own())?.inFlight === 2, "two are in hand");

    expect(await own()).toEqual({ channel, group, lag: 7, inFlight: 2, deadLetters: 0 });
    gate.resolve();
    await until(async () => (await own())?.lag === 0, "nothing is left");
  });
};
