/** A keyed actor while nodes come and go: one node a key while it is calm, and nothing lost ever. */
import { setTimeout as wait } from "node:timers/promises";
import type { Context, ServiceBroker, ServiceSchema } from "moleculer";
import { z } from "zod";
import { choosing, registerStrategies } from "../../mixins/cluster/strategies.ts";
import { Conflict } from "../../mixins/documents/failures.ts";
import { raced } from "../../mixins/racing.ts";
import { wasNotBegun } from "../../mixins/resilience/failure.ts";
import { Turns } from "../../mixins/turns.ts";
import { action } from "../../services/shared/contract.ts";
import { call, wiring } from "../../services/shared/wire.ts";
import { type NatsServer, natsServer } from "../cluster/nats.ts";
import { cluster } from "../cluster/node.ts";
import { until } from "../house/soon.ts";

registerStrategies();
let nats: NatsServer;
let house: ReturnType<typeof cluster>;
beforeAll(async () => {
  nats = await natsServer();
  await nats.start();
});
beforeEach(() => {
  house = cluster(nats.url);
});
afterEach(() => house.close());
afterAll(() => nats.close());

const add = action(
  "counters.add",
  z.strictObject({ id: z.string() }),
  z.strictObject({ node: z.string() }),
  { summary: "Counts one more.", key: "id" },
);

/** What the nodes share: documents with versions, and time between reading and writing. */
class Shelf {
  readonly kept = new Map<string, { count: number; version: number }>();
  conflicts = 0;

  async get(id: string) {
    await wait(Math.random() * 4);
    return this.kept.get(id) ?? { count: 0, version: 0 };
  }

  async replace(id: string, count: number, version: number, isFenced: boolean): Promise<void> {
    await wait(Math.random() * 4);
    if (isFenced && (this.kept.get(id)?.version ?? 0) !== version) {
      this.conflicts++;
      throw Conflict({ collection: "counters", id });
    }
    this.kept.set(id, { count, version: version + 1 });
  }
}

function counters(shelf: Shelf, isFenced = true): ServiceSchema {
  const turns = new Turns();
  const { serve } = wiring();
  const once = async (id: string) => {
    const { count, version } = await shelf.get(id);
    await shelf.replace(id, count + 1, version, isFenced);
  };
  return {
    name: "counters",
    actions: serve(add, async ({ params: { id }, broker }: Context<{ id: string }>) => {
      await turns.run(id, () => raced(() => once(id), undefined, 50));
      return { node: broker.nodeID };
    }),
  };
}

const registry = { ...choosing, stopDelay: 100 } as never;
const keys = Array.from({ length: 20 }, (_, n) => `key-${n}`);
const node = (shelf: Shelf, nodeID: string, isFenced = true) =>
  house.start([counters(shelf, isFenced)], { nodeID, registry });

async function known(broker: ServiceBroker, count: number): Promise<void> {
  const { registry: nodes } = broker as unknown as {
    registry: { actions: { get(name: string): { count(): number } | undefined } };
  };
  await until(() => nodes.actions.get(add.name)?.count() === count, `${count} nodes are known`);
}

test("while it is calm a key has one node, whoever asks, and every node has keys", async () => {
  const shelf = new Shelf();
  const nodes = [await node(shelf, "a"), await node(shelf, "b"), await node(shelf, "c")];
  const asker = await house.start([], { registry });
  for (const broker of [...nodes, asker]) await known(broker, 3);

  const of = async (id: string) =>
    new Set(
      await Promise.all(
        [...nodes, asker].map(async (from) => (await call(from, add, { id })).node),
      ),
    );
  const found = await Promise.all(keys.map(of));

  expect(found.map(({ size }) => size)).toEqual(keys.map(() => 1));
  expect(new Set(found.flatMap((one) => [...one])).size).toBe(3);
  expect(shelf.conflicts).toBe(0);
});

/** Counts on and on from two nodes while others join and leave. @returns how many were acknowledged */
async function reshuffled(shelf: Shelf, isFenced: boolean) {
  await node(shelf, "a", isFenced);
  const askers = [
    await house.start([], { registry }),
    await house.start([counters(shelf, isFenced)], { nodeID: "b", registry }),
  ];
  for (const broker of askers) await known(broker, 2);
  const counted = new Map<string, number>();
  const unsure = new Map<string, number>();
  let isOn = true;
  const more = (of: Map<string, number>, id: string) => of.set(id, (of.get(id) ?? 0) + 1);
  const ask = async (from: ServiceBroker, start: number) => {
    for (let n = start; isOn; n++) {
      const id = keys[n % 4] ?? "";
      try {
        await call(from, add, { id });
        more(counted, id);
      } catch (error) {
        if (!wasNotBegun(error)) more(unsure, id);
      }
    }
  };
  const asking = Promise.all(
    askers.flatMap((from) => Array.from({ length: 6 }, (_, n) => ask(from, n))),
  );
  for (const name of ["c", "d", "e"]) {
    const one = await node(shelf, name, isFenced);
    await wait(300);
    await house.stop(one);
  }
  isOn = false;
  await asking;
  return { counted, unsure };
}

test("under a reshuffle no update is lost: the fence sees what the turns of one node cannot", async () => {
  const shelf = new Shelf();

  const { counted, unsure } = await reshuffled(shelf, true);

  for (const [id, count] of counted) {
    const kept = shelf.kept.get(id)?.count ?? 0;
    expect(kept).toBeGreaterThanOrEqual(count);
    expect(kept).toBeLessThanOrEqual(count + (unsure.get(id) ?? 0));
  }
  expect([...counted.values()].reduce((sum, n) => sum + n, 0)).toBeGreaterThan(200);
}, 60_000);
