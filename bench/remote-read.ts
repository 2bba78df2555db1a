/**
 * A read that goes from the door over NATS to an actor on another node, beside a NestJS 11 gateway and
 * its NATS microservice that do the same (bench/peer): token, rate limit, validation on both sides,
 * tag, figures and log, nothing kept. Both nodes of a variant share one core, the load and the server
 * of NATS have the other; the variants take turns, and what counts is the median of the ratios within
 * a round. `nest` verifies every token as guards do; `keeping` remembers them, as the door does.
 *
 *   NATS_URL=nats://... node bench/remote-read.ts [rounds] [seconds]
 */
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { end, script } from "./lib/children.ts";
import { installed } from "./lib/peer.ts";
import {
  asViewer,
  bodyOf,
  compared,
  connections,
  coreTime,
  inTurns,
  keepToLoadCore,
  lines,
  type Measured,
  measure,
  type Running,
  type Started,
  sameBody,
  serve,
} from "./lib/serving.ts";

const rounds = Number(process.argv[2] ?? 9);
const seconds = Number(process.argv[3] ?? 3);
const least = 1.1;
const variants = ["house", "nest", "keeping"] as const;
type Variant = (typeof variants)[number];
const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const say = (line: string) => process.stdout.write(`${line}\n`);
const server = process.env.NATS_URL;
if (!server) throw new Error("NATS_URL is not set: start NATS and name it there.");

/** Nothing is kept outside: the limits are counted in the process on both sides. */
const node = (name: string, file: string, ...args: string[]) =>
  serve(file, args, {
    ...{ NODE_ID: name, DATA_DIR: join(folder, name), NAMESPACE: `bench-${process.pid}` },
    NATS_URL: server,
    HOUSE_SECRET: "of-the-bench-and-of-nothing-else, long enough",
  });

/** The gateway that is asked, and the node behind it. */
interface Pair extends Running {
  behind: ChildProcess;
}

const pair = (gateway: Started, { child }: Started): Pair => ({
  ...asViewer(gateway),
  behind: child,
});

async function startAll(): Promise<Record<Variant, Pair>> {
  const peer = installed();
  const actor = await node("actor", script("remote-read/actor.ts"));
  const house = pair(await node("door", script("remote-read/door.ts")), actor);
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

async function run() {
  const running = await startAll();
  const body = await sameBody(variants.map((variant) => running[variant]));
  say(`${body.length} characters, ${connections} connections, signed in, over NATS`);
  for (const variant of variants) await measure(running[variant], 3);
  const results = await inTurns(variants, rounds, (variant) => measured(running[variant]));
  for (const { child, behind } of Object.values(running)) {
    await end(child);
    await end(behind);
  }
  return results;
}

await keepToLoadCore();
const results = await run().finally(() => rmSync(folder, { recursive: true, force: true }));
for (const line of lines(results)) say(line);
const nest = compared(results.get("house"), results.get("nest"));
say(`house / nest     ${nest.text}   at least ${least} is asked for`);
say(`house / keeping  ${compared(results.get("house"), results.get("keeping")).text}`);
if (nest.ratio < least) process.exitCode = 1;
