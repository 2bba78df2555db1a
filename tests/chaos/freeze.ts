/**
 * The freeze run: each engine stands still in turn (its connections stay, nothing comes through, as
 * after SIGSTOP), while the doors are asked what needs it and what does not.
 *
 *   npm run freeze -- [--seconds 20] [--json]
 *
 * Wants all engines in the environment: NATS_URL, POSTGRES_URL, MONGO_URL, REDIS_URL, ELASTIC_URL, S3_*.
 * Exit code 0 when whatever does not need the frozen engine was answered throughout, nothing hung, and
 * all was well again by itself; else 1.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startNode } from "../cluster/process.ts";
import { forget } from "../cluster/topology.ts";
import { urlOf } from "../infra/engine-urls.ts";
import { line } from "../infra/line.ts";
import { type Probe, recovery, watch } from "./probes.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "20" },
    json: { type: "boolean", default: false },
  },
});
const frozenMs = Number(values.seconds) * 1_000;
const say = (text: string) => values.json || process.stdout.write(`${text}\n`);

const engines = [
  { name: "nats", variable: "NATS_URL", port: 4222 },
  { name: "redis", variable: "REDIS_URL", port: 6379 },
  { name: "postgres", variable: "POSTGRES_URL", port: 5432 },
  { name: "mongo", variable: "MONGO_URL", port: 27017 },
  { name: "elastic", variable: "ELASTIC_URL", port: 9200 },
  { name: "s3", variable: "S3_ENDPOINT", port: 9000 },
];
const namespace = `freeze-${process.pid}`;
const token = "an-operator-of-the-freeze-run";
const folder = await mkdtemp(join(tmpdir(), "bijou-freeze-"));
const lines = await Promise.all(
  engines.map(async ({ name, variable, port }) => ({
    ...{ name, variable },
    line: await line(urlOf(variable, name), port),
  })),
);
const node = startNode({
  ...Object.fromEntries(lines.map((one) => [one.variable, one.line.url.replace(/\/$/, "")])),
  ...{ NAMESPACE: namespace, S3_BUCKET: namespace, NODE_ID: "all", DATA_DIR: folder },
  // The films are on one engine, imports on the other.
  ...{ DOCUMENTS: "postgres,imports=mongo", REDIS_STORE_URL: "", LOG_LEVEL: "fatal" },
  ...{ ADMIN_TOKEN: token, HOUSE_SECRET: "a secret of the freeze run, long enough" },
  ...{ RATE_PER_ADDRESS: "100000000" },
});
const { public: open = "", admin = "" } = await node.opened();
const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };

async function film(number: number): Promise<string> {
  const body = JSON.stringify({ titles: { en: `Frozen ${number}` } });
  const made = await fetch(`${admin}/v1/films`, { method: "POST", headers, body });
  const { id } = (await made.json()) as { id: string };
  await fetch(`${admin}/v1/films/${id}/publish`, { method: "POST", headers, body: "{}" });
  return id;
}
const films = await Promise.all(Array.from({ length: 20 }, (_, i) => film(i)));
const any = () => films[Math.floor(Math.random() * films.length)];
const get = (url: string) => (signal: AbortSignal) => fetch(url, { signal });
const asOperator = (url: string) => (signal: AbortSignal) => fetch(url, { signal, headers });
let number = 1_000;

const probes: Probe[] = [
  { name: "livez", needs: [], ask: get(`${open}/livez`) },
  { name: "keys", needs: [], ask: get(`${open}/.well-known/jwks.json`) },
  // Kept answers stand in for the films, once their breaker is open.
  {
    name: "a film",
    needs: ["postgres"],
    ask: (signal) => fetch(`${open}/v1/films/${any()}`, { signal }),
  },
  {
    name: "a film as an operator sees it",
    needs: ["postgres"],
    ask: asOperator(`${admin}/v1/films?limit=5`),
  },
  {
    name: "a new film",
    needs: ["postgres"],
    ask: (signal) =>
      fetch(`${admin}/v1/films`, {
        ...{ method: "POST", headers, signal },
        body: JSON.stringify({ titles: { en: `Frozen ${number++}` } }),
      }),
  },
  {
    name: "search",
    needs: ["elastic"],
    ask: (signal) => fetch(`${open}/v1/search?q=frozen+${number++ % 20}`, { signal }),
  },
  { name: "imports", needs: ["mongo"], ask: asOperator(`${admin}/v1/imports`) },
  {
    name: "an upload",
    needs: ["s3"],
    ask: (signal) =>
      fetch(`${admin}/v1/imports/files?name=a.ndjson`, {
        ...{ method: "POST", signal, body: '{"title":"x"}\n' },
        headers: { ...headers, "content-type": "application/octet-stream" },
      }),
  },
];

let ok = true;
const report: object[] = [];
try {
  // Everything has been asked once, and the films are found.
  if ((await recovery(probes, 60_000)) === undefined)
    throw new Error(`never well:\n${node.said()}`);
  await wait(3_000);
  const calm = await watch(probes, 10_000);
  for (const { name, line: way } of lines) {
    way.freeze();
    const seen = await watch(probes, frozenMs);
    way.mend();
    const recoveredMs = await recovery(probes, 60_000);
    if (recoveredMs === undefined) ok = false;
    say(`\n${name} frozen; all was well ${recoveredMs ?? "NEVER"} ms after it moved again`);
    for (const { name: what, needs } of probes) {
      const now = seen.get(what);
      const before = calm.get(what);
      const isNeeded = needs.includes(name);
      const hung = (now?.slowestMs ?? 0) > 15_000;
      if (hung || (!isNeeded && now?.failed)) ok = false;
      report.push({ frozen: name, probe: what, isNeeded, calm: before, seen: now, recoveredMs });
      say(
        `  ${what.padEnd(30)} ${isNeeded ? "needs it" : "        "}  p99 ${before?.p99Ms} -> ` +
          `${now?.p99Ms} ms, slowest ${now?.slowestMs} ms, ${now?.failed} of ${now?.asked} failed ` +
          `${now?.why ? `(${now.why})` : ""}`,
      );
    }
    await wait(2_000);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ ok, report })}\n`);
} finally {
  await node.stop();
  for (const { line: way } of lines) way.close();
  await forget(namespace, "postgres");
  await rm(folder, { recursive: true, force: true });
}
process.exit(ok ? 0 : 1);
