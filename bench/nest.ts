/**
 * An authenticated kept read of one film through the public door of a house, beside the same work in
 * NestJS 11 on fastify (bench/peer): token, rate limit, parameters, kept bytes, figures and log. One
 * process per variant on one core, load from the other; the variants take turns, and what counts is
 * the median of the ratios within a round. `nest` verifies every token as guards do; `keeping`
 * remembers those that it has verified, as the door does.
 *
 *   node bench/nest.ts [rounds] [seconds]
 *
 * The peer's packages are no part of the product: npm brings them into a folder under os.tmpdir(),
 * which stays for the next time.
 */
import { spawn } from "node:child_process";
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
  keepToLoadCore,
  type Measured,
  measure,
  type Running,
  serverCore,
} from "./lib/serving.ts";

const rounds = Number(process.argv[2] ?? 9);
const seconds = Number(process.argv[3] ?? 3);
const least = 1.2;
const variants = ["door", "nest", "keeping"] as const;
type Variant = (typeof variants)[number];

const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const say = (line: string) => process.stdout.write(`${line}\n`);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

async function start(file: string, ...args: string[]): Promise<Running> {
  const child = spawn("taskset", ["-c", serverCore, process.execPath, file, ...args], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      DATA_DIR: join(folder, "data"),
      LOG_LEVEL: "warn",
      PUBLIC_PORT: "0",
      NODE_PORT: "0",
      // Counted and never reached.
      RATE_PER_ADDRESS: "1000000000",
      RATE_PER_USER: "1000000000",
      ADMIN_TOKEN: "of-the-bench-and-of-nothing-else",
    },
  });
  const [first] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (typeof first !== "object") throw new Error(`${file} does not start.`);
  const { port, id, token } = first as { port: number; id: string; token: string };
  const headers = { authorization: `Bearer ${token}` };
  return { child, url: `http://127.0.0.1:${port}/v1/films/${id}`, headers };
}

/** The door first: the others answer with the film that it has. */
async function startAll(): Promise<Record<Variant, Running>> {
  const peer = join(installed(), "nest.js");
  const door = await start(here("gateway/house.ts"));
  const film = join(folder, "film.json");
  writeFileSync(film, await bodyOf(door));
  const nest = await start(peer, film, folder);
  return { door, nest, keeping: await start(peer, film, folder, "keep") };
}

/** Nobody is let in without a token, and all say the same to who has one. */
async function sameWork(running: Record<Variant, Running>): Promise<void> {
  const bodies = await Promise.all(variants.map((variant) => bodyOf(running[variant])));
  if (new Set(bodies).size !== 1) throw new Error("The variants do not answer the same bytes.");
  for (const variant of variants) {
    const headers = { authorization: `${running[variant].headers.authorization}x` };
    const { status } = await fetch(running[variant].url, { headers });
    if (status !== 401) throw new Error(`${variant} answers ${status} to a forged token.`);
  }
  say(`${bodies[0]?.length} characters, ${connections} connections, signed in`);
}

async function run(): Promise<Record<Variant, Measured[]>> {
  const running = await startAll();
  await sameWork(running);
  for (const variant of variants) await measure(running[variant], 3);
  const results: Record<Variant, Measured[]> = { door: [], nest: [], keeping: [] };
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another variant, so that none is always first.
    for (const [i] of variants.entries()) {
      const variant = variants[(i + round) % variants.length] ?? "door";
      results[variant].push(await measure(running[variant], seconds));
    }
  }
  for (const { child } of Object.values(running)) {
    child.disconnect();
    await once(child, "exit");
  }
  return results;
}

await keepToLoadCore();
const results = await run().finally(() => rmSync(folder, { recursive: true }));
for (const variant of variants) {
  const rate = Math.round(median(results[variant].map((one) => one.rate)));
  const cost = spread(
    results[variant].map((one) => one.cost),
    1,
  );
  say(`${variant.padEnd(8)}${rate} requests/s, ${cost} us of the core each`);
}
let isFine = true;
for (const peer of ["nest", "keeping"] as const) {
  const pairs = results.door.map((door, i) => ({ door, peer: results[peer][i] ?? door }));
  const rates = pairs.map((pair) => pair.door.rate / pair.peer.rate);
  const costs = pairs.map((pair) => pair.peer.cost / pair.door.cost);
  // Remembering tokens is the door's own doing; a peer that does it too is there to be known.
  if (peer === "nest") isFine = median(rates) >= least;
  say(
    `door / ${peer.padEnd(8)} ${spread(rates)}, by time of the core ${spread(costs)}` +
      `${peer === "nest" ? `   at least ${least} is asked for` : ""}`,
  );
}
process.exitCode = isFine ? 0 : 1;
