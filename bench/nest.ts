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
  inTurns,
  keepToLoadCore,
  lines,
  measure,
  type Running,
  sameBody,
  serve,
} from "./lib/serving.ts";

const rounds = Number(process.argv[2] ?? 9);
const seconds = Number(process.argv[3] ?? 3);
const least = 1.2;
const variants = ["door", "nest", "keeping"] as const;
type Variant = (typeof variants)[number];

const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const say = (line: string) => process.stdout.write(`${line}\n`);

const start = async (file: string, ...args: string[]): Promise<Running> =>
  asViewer(await serve(file, args, { DATA_DIR: join(folder, "data") }));

/** The door first: the others answer with the film that it has. */
async function startAll(): Promise<Record<Variant, Running>> {
  const peer = join(installed(), "nest.js");
  const door = await start(script("gateway/house.ts"));
  const film = join(folder, "film.json");
  writeFileSync(film, await bodyOf(door));
  const nest = await start(peer, film, folder);
  return { door, nest, keeping: await start(peer, film, folder, "keep") };
}

/** Nobody is let in without a token, and all say the same to who has one. */
async function sameWork(running: Record<Variant, Running>): Promise<void> {
  const body = await sameBody(variants.map((variant) => running[variant]));
  for (const variant of variants) {
    const headers = { authorization: `${running[variant].headers.authorization}x` };
    const { status } = await fetch(running[variant].url, { headers });
    if (status !== 401) throw new Error(`${variant} answers ${status} to a forged token.`);
  }
  say(`${body.length} characters, ${connections} connections, signed in`);
}

async function run() {
  const running = await startAll();
  await sameWork(running);
  for (const variant of variants) await measure(running[variant], 3);
  const results = await inTurns(variants, rounds, (variant) => measure(running[variant], seconds));
  for (const { child } of Object.values(running)) await end(child);
  return results;
}

await keepToLoadCore();
const results = await run().finally(() => rmSync(folder, { recursive: true }));
for (const line of lines(results)) say(line);
const nest = compared(results.get("door"), results.get("nest"));
say(`door / nest     ${nest.text}   at least ${least} is asked for`);
// Remembering tokens is the door's own doing; a peer that does it too is there to be known.
say(`door / keeping  ${compared(results.get("door"), results.get("keeping")).text}`);
process.exitCode = nest.ratio >= least ? 0 : 1;
