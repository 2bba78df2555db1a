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
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";

const rounds = Number(process.argv[2] ?? 9);
const seconds = Number(process.argv[3] ?? 3);
const connections = 40;
const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const real = process.argv[4] === "house";
type Variant = "door" | "signed" | "alias" | "plain";
const variants: Variant[] = ["door", ...(real ? ["signed" as const] : []), "alias", "plain"];
const [serverCore, loadCore] = ["0", "1"];

interface Measured {
  rate: number;
  cost: number;
}

interface Running {
  child: ChildProcess;
  url: string;
  headers?: Record<string, string>;
  token?: string | undefined;
}

async function start(script: string, ...args: string[]): Promise<Running> {
  const file = fileURLToPath(new URL(`gateway/${script}.ts`, import.meta.url));
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
  if (typeof first !== "object") throw new Error(`The variant ${script} does not start.`);
  const { port, id, token } = first as { port: number; id: string; token?: string };
  return { child, url: `http://127.0.0.1:${port}/v1/films/${id}`, token };
}

/** The door first: the others answer with the film that it has. */
async function startAll(): Promise<Record<Variant, Running>> {
  const door = await start(real ? "house" : "door");
  const film = join(folder, "film.json");
  writeFileSync(film, await (await fetch(door.url)).text());
  // The same process, asked by somebody who has signed in.
  const signed = { ...door, headers: { authorization: `Bearer ${door.token}` } };
  return { door, signed, alias: await start("alias", film), plain: await start("plain", film) };
}

async function coreTime({ child }: Running): Promise<number> {
  child.send("used");
  const [{ microseconds }] = (await once(child, "message")) as [{ microseconds: number }];
  return microseconds;
}

/** Requests per second, and microseconds of the core per request, which other work disturbs less. */
async function measure(one: Running, duration: number): Promise<Measured> {
  const before = await coreTime(one);
  const { url, headers = {} } = one;
  const { requests, non2xx, errors } = await autocannon({ url, headers, connections, duration });
  if (non2xx > 0 || errors > 0) throw new Error(`${one.url} failed ${non2xx + errors} times.`);
  return {
    rate: requests.average,
    cost: ((await coreTime(one)) - before) / requests.total,
  };
}

async function sameBytes(running: Record<Variant, Running>): Promise<void> {
  const bodies = await Promise.all(
    variants.map(async (variant) => {
      const { url, headers = {} } = running[variant];
      return (await fetch(url, { headers })).text();
    }),
  );
  if (new Set(bodies).size !== 1) throw new Error("The variants do not answer the same bytes.");
  process.stdout.write(`${bodies[0]?.length} characters, ${connections} connections\n`);
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const shown = (values: number[]): string =>
  `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)} to ${Math.max(...values).toFixed(2)})`;

if (process.platform === "linux") {
  await once(spawn("taskset", ["-a", "-p", "-c", loadCore, String(process.pid)]), "close");
}
const running = await startAll();
await sameBytes(running);
for (const variant of variants) await measure(running[variant], 2);

const results: Record<Variant, Measured[]> = { door: [], signed: [], alias: [], plain: [] };
for (let round = 0; round < rounds; round++) {
  // Each round begins with another variant, so that none is always first.
  const order = variants.map((_, i) => variants[(i + round) % variants.length] ?? "door");
  for (const variant of order) {
    results[variant].push(await measure(running[variant], seconds));
  }
}
await Promise.all(
  [running.door, running.alias, running.plain].map(({ child }) => {
    child.disconnect();
    return once(child, "exit");
  }),
);
rmSync(folder, { recursive: true });

const ratio = (of: Variant, to: Variant) =>
  results[of].map(({ rate }, i) => rate / (results[to][i]?.rate ?? 1));
for (const variant of variants) {
  const rate = Math.round(median(results[variant].map((one) => one.rate)));
  const cost = median(results[variant].map((one) => one.cost)).toFixed(1);
  process.stdout.write(`${variant.padEnd(8)}${rate} requests/s, ${cost} us of the core each\n`);
}
const time = (of: Variant, to: Variant) =>
  results[to].map(({ cost }, i) => cost / (results[of][i]?.cost ?? 1));
function compare(of: Variant, to: Variant, wanted = ""): void {
  const name = `${of} / ${to}`.padEnd(15);
  process.stdout.write(
    `${name} ${shown(ratio(of, to))}, by time of the core ${shown(time(of, to))}`,
  );
  process.stdout.write(`${wanted && `   at least ${wanted} is asked for`}\n`);
  if (wanted !== "" && median(ratio(of, to)) < Number(wanted)) process.exitCode = 1;
}
compare("door", "alias", "0.80");
if (real) compare("signed", "alias", "0.60");
compare("door", "plain");
compare("alias", "plain");
