/**
 * Feeding Elasticsearch: all films through the engine's `put` beside a bare `helpers.bulk` of the
 * very documents that come of them, into indices made alike, in turn; then searches.
 *
 *   ELASTIC_URL=http://127.0.0.1:9200 node bench/elastic.ts [rounds]
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@elastic/elasticsearch";
import { toIndexed } from "../mixins/search/elastic/document.ts";
import { elasticSearch } from "../mixins/search/elastic/engine.ts";
import { mappingOf, refreshEvery, settings } from "../mixins/search/elastic/mapping.ts";
import type { SearchDocument } from "../mixins/search/port.ts";
import { filmIndex } from "../services/catalog/film-index.ts";
import { filmDocuments } from "./lib/documents.ts";
import { median, quantile, spread } from "./lib/figures.ts";

const url = process.env.ELASTIC_URL;
const say = (line: string) => process.stdout.write(`${line}\n`);
if (!url) {
  say("ELASTIC_URL is not set: feeding Elasticsearch is not measured.");
  process.exit(0);
}
const rounds = Number(process.argv[2] ?? 7);
const mostAtOnce = 1_000;
const bar = 1.3;
/** As many batches as the bare helper has on their way. */
const inFlight = 5;
const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const { documents, kind } = await filmDocuments(folder);
const bodies = documents.map((document) => toIndexed(filmIndex, document));
const client = new Client({ node: url, requestTimeout: 60_000 });
say(`${documents.length} ${kind} films`);

interface Cost {
  ms: number;
  /** Processor time of this process and of the servers, which wait for each other's cores. */
  cpuMs: number;
  ownMs: number;
}

/** Processor time that the servers have used. */
async function served(): Promise<number> {
  const { nodes } = await client.nodes.stats({ metric: "process" });
  const times = Object.values(nodes).map(({ process: its }) => its?.cpu?.total_in_millis ?? 0);
  return times.reduce((sum, ms) => sum + ms, 0);
}

async function measured(work: () => Promise<void>): Promise<Cost> {
  const before = await served();
  const own = process.cpuUsage();
  const begun = performance.now();
  await work();
  const ms = performance.now() - begun;
  const { user, system } = process.cpuUsage(own);
  const ownMs = (user + system) / 1_000;
  return { ms, cpuMs: ownMs + (await served()) - before, ownMs };
}

async function remove(prefix: string): Promise<void> {
  const found = Object.keys(await client.indices.getAlias({ index: `${prefix}-*` }));
  if (found.length > 0) await client.indices.delete({ index: found });
}

const newPrefix = () => `bench-${randomBytes(4).toString("hex")}`;

/** What nobody can do without: the documents as they will lie there, sent by the client's helper. */
async function bare(): Promise<Cost> {
  const index = `${newPrefix()}-films`;
  const made = { settings: { ...settings, refresh_interval: refreshEvery } };
  await client.indices.create({ index, ...made, mappings: mappingOf(filmIndex) });
  const cost = await measured(async () => {
    const stats = await client.helpers.bulk<object>({
      datasource: bodies,
      concurrency: inFlight,
      onDocument: (body) => ({ index: { _index: index, _id: (body as { id: string }).id } }),
    });
    if (stats.failed > 0) throw new Error(`${stats.failed} documents failed`);
    await client.indices.refresh({ index });
  });
  await client.indices.delete({ index });
  return cost;
}

function* batches(all: readonly SearchDocument[]): Generator<SearchDocument[]> {
  for (let at = 0; at < all.length; at += mostAtOnce) yield all.slice(at, at + mostAtOnce);
}

const open = (prefix: string) =>
  elasticSearch({ url: url ?? "", prefix, definition: filmIndex, askMs: 30_000, feedMs: 60_000 });

async function ours(after?: (prefix: string) => Promise<void>): Promise<Cost> {
  const prefix = newPrefix();
  const engine = open(prefix);
  await engine.stats();
  const left = batches(documents);
  const cost = await measured(async () => {
    const feeders = Array.from({ length: inFlight }, async () => {
      for (const batch of left) await engine.put(batch);
    });
    await Promise.all(feeders);
    await engine.settle();
  });
  await after?.(prefix);
  await engine.close();
  await remove(prefix);
  return cost;
}

/** Searches for words of the films themselves, each once. */
async function searches(prefix: string): Promise<void> {
  const engine = open(prefix);
  const times: number[] = [];
  for (let i = 0; i < 400; i++) {
    const film = documents[(i * 7_919) % documents.length];
    const words = `${film?.fields.title?.[0]} ${film?.fields.cast?.[0] ?? ""}`.slice(
      0,
      5 + (i % 30),
    );
    const begun = performance.now();
    await engine.search({ q: words, limit: 10, facets: true });
    // The first hundred warm the server.
    if (i >= 100) times.push(performance.now() - begun);
  }
  await engine.close();
  const at = (share: number) => quantile(times, share).toFixed(1);
  say(`${times.length} searches: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`);
}

const shown = ({ ms, cpuMs, ownMs }: Cost): string =>
  `${Math.round(ms)} ms (processor ${Math.round(cpuMs)} ms, ${Math.round(ownMs)} of it here)`;

// The first of each warms the server and this process.
await bare();
await ours(searches);
const ratios: number[] = [];
const cpuRatios: number[] = [];
for (let round = 1; round <= rounds; round++) {
  // Whoever is second finds the server busier: they take turns.
  const first = round % 2 === 0 ? await ours() : undefined;
  const least = await bare();
  const cost = first ?? (await ours());
  ratios.push(cost.ms / least.ms);
  cpuRatios.push(cost.cpuMs / least.cpuMs);
  say(`round ${round}: bare ${shown(least)}; ours ${shown(cost)}`);
}
say(`feeding in bare bulks: ${spread(ratios)}, bar ${bar}; of processor ${spread(cpuRatios)}`);
process.exitCode = median(ratios) <= bar ? 0 : 1;
await client.close();
rmSync(folder, { recursive: true });
