/**
 * A node with the counting actors that adds three times, and is killed (kill -9) at a boundary of the
 * third addition when BOUNDARY names one; else it asks again, waits for the effects and prints them.
 */
import { setTimeout as wait } from "node:timers/promises";
import { type BrokerOptions, ServiceBroker } from "moleculer";
import type { Stored } from "../../mixins/documents/collection.ts";
import type { Engine } from "../../mixins/documents/engine.ts";
import house from "../../moleculer.config.ts";
import { call } from "../../services/shared/wire.ts";
import { add, booked, counted, countersService, ledgerService } from "../chaos/counting.ts";

const boundary = process.env.BOUNDARY ?? "";
const ids = [1, 2, 3].map((n) => `0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b0${n}`);
/** Nothing falls before the third addition. */
let isArmed = false;

function fall(at: string): void {
  if (isArmed && at === boundary) process.kill(process.pid, "SIGKILL");
}

type Waits = (...args: never[]) => Promise<unknown>;

/** Falls right before and right after a method of an object does its work. */
function between<T extends object>(of: T, name: keyof T & string, before: string, after: string) {
  const method = (of[name] as Waits).bind(of);
  const wrapped = async (...args: never[]) => {
    fall(before);
    const result = await method(...args);
    fall(after);
    return result;
  };
  Object.defineProperty(of, name, { value: wrapped });
}

const broker = new ServiceBroker({ ...house, logLevel: "fatal" } as BrokerOptions);
const [counters, ledger] = [countersService, ledgerService].map((schema) => {
  const service = broker.createService(schema) as unknown as {
    adapter: { engine: Engine<Stored> };
  };
  return service.adapter.engine;
});
if (counters && ledger) {
  between(counters, "replace", "before the write", "between the write and the publish");
  between(counters, "clear", "between the publish and the clearing", "after the clearing");
  between(ledger, "replace", "before the effect", "between the effect and its acknowledgement");
}
await broker.start();
const channel = broker as unknown as { sendToChannel: Waits };
between(channel, "sendToChannel", "as it is published", "once it is published");

const sums = async () => {
  const [counter] = (await call(broker, counted, {})).items;
  const [entry] = (await call(broker, booked, {})).items;
  return { counter, entry };
};
/** The effects are there: as many as additions. */
async function settled(count: number) {
  for (;;) {
    const { counter, entry } = await sums();
    const isTold = (await counters?.pending(new Date().toISOString(), 1))?.length === 0;
    if (entry && entry.claims.length >= count && isTold) return { counter, entry };
    await wait(20);
  }
}

for (const [i, id] of ids.entries()) {
  if (i === 2) {
    if (boundary) await settled(2);
    isArmed = true;
  }
  await call(broker, add, { id, key: "one", amount: 10 ** i });
}
// Whoever falls at a boundary does so by now; a message that comes twice comes soon.
await settled(3);
await wait(Number(process.env.LINGER_MS ?? 500));
process.stdout.write(`sums ${JSON.stringify(await sums())}\n`);
await broker.stop();
process.exit(0);
