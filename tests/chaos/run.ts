/**
 * The crash run: under a steady load a random node is killed (kill -9) every two seconds, then each
 * engine once; then everything acknowledged is looked for, and every durable message's effect counted.
 *
 *   npm run crash -- [--seed 1] [--seconds 120] [--rate 40] [--json]
 *
 * Wants nats-server, redis-server and PostgreSQL's programs on this machine, and an S3 server, which is
 * not killed, in S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY and S3_SECRET_KEY. Exit code 0 when nothing
 * was lost or done twice, no call hung, and half of the writes were acknowledged; else 1.
 */
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ServiceBroker } from "moleculer";
import { connectForEver } from "../../mixins/cluster/nats-connect.ts";
import { natsOptions } from "../../mixins/cluster/nats-options.ts";
import { NatsTransport } from "../../mixins/cluster/nats-transport.ts";
import { HouseSerializer } from "../../mixins/cluster/serializer.ts";
import { nats, postgres, redis } from "./engines.ts";
import { Load, timeoutMs } from "./load.ts";
import { Nodes } from "./nodes.ts";
import { isClean, judge } from "./verdict.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    seconds: { type: "string", default: "120" },
    rate: { type: "string", default: "40" },
    json: { type: "boolean", default: false },
  },
});
const [seed, seconds, rate] = [Number(values.seed), Number(values.seconds), Number(values.rate)];
const say = (text: string) => values.json || process.stdout.write(`${text}\n`);

/** Chance that can be had again: mulberry32, by T. Ettinger. */
function chanceOf(given: number): () => number {
  let state = given >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

if (!process.env.S3_ENDPOINT) {
  process.stderr.write(
    "Set S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY and S3_SECRET_KEY of a server.\n",
  );
  process.exit(2);
}
const chance = chanceOf(seed);
const namespace = `crash-${process.pid}`;
const engines = [await nats(), await redis(), await postgres()];
for (const engine of engines) await engine.start();
const env = Object.assign(
  { NAMESPACE: namespace, S3_BUCKET: namespace },
  ...engines.map((engine) => engine.env),
);
const nodes = await Nodes.make({ ...env, REQUEST_TIMEOUT_MS: String(timeoutMs) });
const broker = new ServiceBroker({
  namespace,
  nodeID: "load",
  logger: false,
  validator: false,
  transporter: new NatsTransport((patience) =>
    connectForEver(natsOptions({ servers: [env.NATS_URL] }, "load"), { ...patience, everyMs: 100 }),
  ),
  serializer: new HouseSerializer(),
} as never);
const load = new Load(broker, nodes, chance);
let [kills, ok] = [0, false];

async function end(): Promise<void> {
  await load.stop();
  await broker.stop();
  await nodes.end();
  for (const engine of engines) await engine.remove();
}
process.once("SIGINT", () => void end().then(() => process.exit(1)));

try {
  nodes.start();
  await broker.start();
  await broker.waitForServices(["counters", "ledger", "films", "people"], 60_000);
  await nodes.ready();
  say(
    `seed ${seed}: ${rate} additions and ${rate / 2} films a second; nodes ${nodes.names.join(", ")}`,
  );
  load.start(rate);
  for (const until = Date.now() + seconds * 1_000; Date.now() < until; kills++) {
    await wait(2_000);
    const name = nodes.names[Math.floor(chance() * nodes.names.length)] ?? "";
    nodes.kill(name);
  }
  say(`${kills} nodes killed`);
  for (const engine of engines) {
    await wait(4_000);
    await engine.kill();
    await wait(2_000);
    await engine.start();
    say(`${engine.name} killed and started again`);
  }
  await wait(6_000);
  await load.stop();
  let verdict = await judge(broker, load).catch(() => undefined);
  // What waits for its next try, or for the sweep of an outbox, is given its time.
  for (const until = Date.now() + 180_000; Date.now() < until; ) {
    if (verdict && isClean(verdict)) break;
    await wait(3_000);
    verdict = await judge(broker, load).catch(() => verdict);
  }
  const { additions, films } = load;
  const attempted = additions.attempted + films.attempted;
  const acknowledged = additions.acknowledged + films.acknowledged;
  const slowest = Math.max(additions.slowestFailureMs, films.slowestFailureMs);
  const hangs = slowest > timeoutMs * 1.5 || films.failures.HANGS;
  ok = verdict !== undefined && isClean(verdict) && acknowledged * 2 >= attempted && !hangs;
  const report = { ok, seed, seconds, kills, starts: nodes.starts, additions, films, verdict };
  process.stdout.write(`${JSON.stringify(report, null, values.json ? 0 : 2)}\n`);
  if (!ok) process.stderr.write(nodes.said());
} finally {
  await end();
}
process.exit(ok ? 0 : 1);
