/**
 * `GET /v1/films/{id}` through the public door with everything on, beside a bare moleculer-web
 * alias and bare node:http with the same bytes. One process per variant on one core, load from the
 * other; the variants take turns, and what counts is the median of the ratios within a round.
 *
 *   node bench/gateway.ts [rounds] [seconds]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";

const rounds = Number(process.argv[2] ?? 9);
const seconds = Number(process.argv[3] ?? 3);
const connections = 40;
const path = "/v1/films/0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11";
const variants = ["door", "alias", "plain"] as const;
type Variant = (typeof variants)[number];
const [serverCore, loadCore] = ["0", "1"];

interface Running {
  child: ChildProcess;
  url: string;
}

async function start(variant: Variant): Promise<Running> {
  const script = fileURLToPath(new URL(`gateway/${variant}.ts`, import.meta.url));
  const child = spawn("taskset", ["-c", serverCore, process.execPath, script], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, NODE_ENV: "production" },
  });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { child, url: `http://127.0.0.1:${port}${path}` };
}

async function perSecond(url: string, duration: number): Promise<number> {
  const result = await autocannon({ url, connections, duration });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url} failed: ${result.non2xx}`);
  return result.requests.average;
}

async function sameBytes(running: Record<Variant, Running>): Promise<void> {
  const bodies = await Promise.all(
    variants.map(async (variant) => (await fetch(running[variant].url)).text()),
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
const started = await Promise.all(variants.map(start));
const running = Object.fromEntries(variants.map((v, i) => [v, started[i]])) as Record<
  Variant,
  Running
>;
await sameBytes(running);
for (const variant of variants) await perSecond(running[variant].url, 2);

const rates: Record<Variant, number[]> = { door: [], alias: [], plain: [] };
for (let round = 0; round < rounds; round++) {
  // Each round begins with another variant, so that none is always first.
  const order = variants.map((_, i) => variants[(i + round) % variants.length] ?? "door");
  for (const variant of order) rates[variant].push(await perSecond(running[variant].url, seconds));
}
for (const { child } of started) child.disconnect();

const ratio = (of: Variant, to: Variant) => rates[of].map((rate, i) => rate / (rates[to][i] ?? 1));
for (const variant of variants) {
  process.stdout.write(`${variant.padEnd(8)}${Math.round(median(rates[variant]))} requests/s\n`);
}
process.stdout.write(
  `door / alias  ${shown(ratio("door", "alias"))}   at least 0.80 is asked for\n`,
);
process.stdout.write(`door / plain  ${shown(ratio("door", "plain"))}\n`);
process.stdout.write(`alias / plain ${shown(ratio("alias", "plain"))}\n`);
