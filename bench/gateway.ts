/**
 * `GET /v1/films/{id}` through the public door with everything on, beside a bare moleculer-web
 * alias and bare node:http with the same bytes. One process per variant on one core, load from the
 * other; the variants take turns, and what counts is the median of the ratios within a round.
 *
 *   node bench/gateway.ts [rounds] [seconds] [house]
 *
 * With `house` the door stands before the real films of a house of its own; without, before an actor
 * that has one film in memory, which shows what the door alone costs.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { end, script } from "./lib/children.ts";
import {
  asGuest,
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
const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const real = process.argv[4] === "house";
type Variant = "door" | "signed" | "alias" | "plain";
const variants: Variant[] = ["door", ...(real ? ["signed" as const] : []), "alias", "plain"];
const say = (line: string) => process.stdout.write(`${line}\n`);

const start = (variant: string, ...args: string[]) =>
  serve(script(`gateway/${variant}.ts`), args, { DATA_DIR: join(folder, "data") });

/** The door first: the others answer with the film that it has. */
async function startAll(): Promise<Record<Variant, Running>> {
  const started = await start(real ? "house" : "door");
  const door = asGuest(started);
  const film = join(folder, "film.json");
  writeFileSync(film, await bodyOf(door));
  // The same process, asked by somebody who has signed in.
  const signed = asViewer(started);
  const alias = asGuest(await start("alias", film));
  return { door, signed, alias, plain: asGuest(await start("plain", film)) };
}

await keepToLoadCore();
const running = await startAll();
const body = await sameBody(variants.map((variant) => running[variant]));
say(`${body.length} characters, ${connections} connections`);
for (const variant of variants) await measure(running[variant], 2);
const results = await inTurns(variants, rounds, (variant) => measure(running[variant], seconds));
await Promise.all([running.door, running.alias, running.plain].map(({ child }) => end(child)));
rmSync(folder, { recursive: true });

for (const line of lines(results)) say(line);
function compare(of: Variant, to: Variant, least = 0): void {
  const { ratio, text } = compared(results.get(of), results.get(to));
  const wanted = least > 0 ? `   at least ${least.toFixed(2)} is asked for` : "";
  say(`${`${of} / ${to}`.padEnd(15)} ${text}${wanted}`);
  if (ratio < least) process.exitCode = 1;
}
compare("door", "alias", 0.8);
if (real) compare("signed", "alias", 0.6);
compare("door", "plain");
compare("alias", "plain");
