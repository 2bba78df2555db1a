/**
 * A read that goes from the door over NATS to an actor on another node, beside a NestJS 11 gateway and
 * its NATS microservice that do the same (bench/peer): token, rate limit, validation on both sides,
 * tag, figures and log, nothing kept. Both nodes of a variant share one core, the load and the server
 * of NATS have the other; the variants take turns, and what counts is the median of the ratios within
 * a round. `nest` verifies every token as guards do; `keeping` remembers them, as the door does.
 *
 *   NATS_URL=nats://... node bench/remote-read.ts [rounds] [seconds]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, spread } from "./lib/figures.ts";
import { installed } from "./lib/peer.ts";
import {
  bodyOf,
  connections,
  coreTime,
  keepToLoadCore,
  type Measured,
  measure,
  type Running,
  serverCore,
} from "./lib/serving.ts";

const rounds = Number(process.argv[2] ?? 9);
const seconds = Number(process.argv[3] ?? 3);
const least = 1.1;
const variants = ["house", "nest", "keeping"] as const;
type Variant = (typeof variants)[number];
const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const say = (line: string) => process.stdout.write(`${line}\n`);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.NATS_URL;
if (!server) throw new Error("NATS_URL is not set: start NATS and name it there.");

/** A node: resolves with what it says when it is ready. */
async function node(name: string, file: string, ...args: string[]) {
  const child = spawn("taskset", ["-c", serverCore, process.execPath, file, ...args], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      ...process.env,
      ...{ NODE_ENV: "production", NODE_ID: name, DATA_DIR: join(folder, name), LOG_LEVEL: "warn" },
      ...{ NAMESPACE: `bench-${process.pid}`, NODE_PORT: "0", MONGO_URL: "", POSTGRES_URL: "" },
      // The limits are counted in the process on both sides, and never reached.
      ...{ REDIS_URL: "", RATE_PER_ADDRESS: "1000000000", RATE_PER_USER: "1000000000" },
      ADMIN_TOKEN: "of-the-bench-and-of-nothing-else",
      HOUSE_SECRET: "of-the-bench-and-of-nothing-else, long enough",
    },
  });
  const [first] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (typeof first !== "object") throw new Error(`${file} does not start.`);
  return { child, said: first as { port: number; id: string; token: string } };
}

/** The gateway that is asked, and the node behind it. */
interface Pair extends Running {
  behind: ChildProcess;
}

const pair = (
  { child, said }: Awaited<ReturnType<typeof node>>,
  behind: Awaited<ReturnType<typeof node>>,
): Pair => ({
  child,
  behind: behind.child,
  url: `http://127.0.0.1:${said.port}/v1/films/${said.id}`,
  headers: { authorization: `Bearer ${said.token}` },
});

async function startAll(): Promise<Record<Variant, Pair>> {
  const peer = installed();
  const actor = await node("actor", here("remote-read/actor.ts"));
  const house = pair(await node("door", here("remote-read/door.ts")), actor);
  const film = join(folder, "film.json");
  writeFileSync(film, await bodyOf(house));
  const gateway = join(peer, "nest.js");
  const micro = await node("micro", join(peer, "nest-actor.js"), film, server ?? "");
  const nest = await node("nest", gateway, film, folder, server ?? "");
  const keeping = await node("keeping", gateway, film, folder, "keep", server ?? "");
  return { house, nest: pair(nest, micro), keeping: pair(keeping, micro) };
}

/** The core's time of both nodes counts. */
async function measured(one: Pair): Promise<Measured> {
  const before = await coreTime({ child: one.behind });
  const { rate, cost } = await measure(one, seconds);
  const behind = (await coreTime({ child: one.behind })) - before;
  return { rate, cost: cost + behind / (rate * seconds) };
}

async function run(): Promise<Record<Variant, Measured[]>> {
  const running = await startAll();
  const bodies = await Promise.all(variants.map((variant) => bodyOf(running[variant])));
  if (new Set(bodies).size !== 1) throw new Error("The variants do not answer the same bytes.");
  say(`${bodies[0]?.length} characters, ${connections} connections, signed in, over NATS`);
  for (const variant of variants) await measure(running[variant], 3);
  const results: Record<Variant, Measured[]> = { house: [], nest: [], keeping: [] };
  for (let round = 0; round < rounds; round++) {
    for (const [i] of variants.entries()) {
      const variant = variants[(i + round) % variants.length] ?? "house";
      results[variant].push(await measured(running[variant]));
    }
  }
  for (const { child, behind } of Object.values(running)) {
    for (const one of [child, behind]) {
      if (!one.connected) continue;
      one.disconnect();
      await once(one, "exit");
    }
  }
  return results;
}

await keepToLoadCore();
const results = await run().finally(() => rmSync(folder, { recursive: true, force: true }));
for (const variant of variants) {
  const rate = Math.round(median(results[variant].map((one) => one.rate)));
  const costs = results[variant].map((one) => one.cost);
  say(`${variant.padEnd(8)}${rate} requests/s, ${spread(costs, 1)} us of the core each`);
}
for (const peer of ["nest", "keeping"] as const) {
  const pairs = results.house.map((house, i) => ({ house, peer: results[peer][i] ?? house }));
  const rates = pairs.map((one) => one.house.rate / one.peer.rate);
  const costs = pairs.map((one) => one.peer.cost / one.house.cost);
  if (peer === "nest" && median(rates) < least) process.exitCode = 1;
  say(
    `house / ${peer.padEnd(8)} ${spread(rates)}, by time of the core ${spread(costs)}` +
      `${peer === "nest" ? `   at least ${least} is asked for` : ""}`,
  );
}
