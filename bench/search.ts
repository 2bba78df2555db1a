/**
 * Search through the public door: p50 and p95 of judged queries while the house is idle, then the
 * same, and a cheap read, while an import runs. Every query once, facets on.
 *
 *   node bench/search.ts
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { endOf, type House, queueImport, startHouse } from "../tests/house/process.ts";
import { quantile } from "./lib/figures.ts";
import { madeFilms, realFilms } from "./lib/films.ts";

const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const say = (line: string) => process.stdout.write(`${line}\n`);
const data = process.env.BIJOU_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url));

function queries(): string[] {
  const judged = join(data, "search-queries.json");
  const common = ["the", "love", "man", "a", "s", "war", "john", "the man", "new york", "drama"];
  if (!existsSync(judged)) return common;
  const list = JSON.parse(readFileSync(judged, "utf8")) as { q: string }[];
  return [...list.map(({ q }) => q), ...common];
}

/** Milliseconds of a request, its body read. */
async function timed(url: string): Promise<number> {
  const begun = performance.now();
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return performance.now() - begun;
}

const searchUrl = ({ publicUrl }: House, q: string) =>
  `${publicUrl}/v1/search?${new URLSearchParams({ q, facets: "true" })}`;
const figures = (values: number[]) =>
  `p50 ${quantile(values, 0.5).toFixed(1)} ms, p95 ${quantile(values, 0.95).toFixed(1)} ms, ` +
  `p99 ${quantile(values, 0.99).toFixed(1)} ms, most ${Math.max(...values).toFixed(1)} ms`;

const file = realFilms() ?? (await madeFilms(folder, 36_273));
const house = await startHouse(join(folder, "house"));
try {
  await endOf(house, await queueImport(house, file));
  // Other words than the measured ones: the code is then warm, the answers are not.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  for (const word of "warm up before we start to measure anything at all here".split(" ")) {
    await timed(searchUrl(house, word));
  }
  const idle: number[] = [];
  for (const q of queries()) idle.push(await timed(searchUrl(house, q)));
  say(`${idle.length} searches, idle: ${figures(idle)}; bar: p95 15 ms`);

  const { items } = (await (await fetch(`${house.publicUrl}/v1/films?limit=1`)).json()) as {
    items: { id: string }[];
  };
  const film = `${house.publicUrl}/v1/films/${items[0]?.id}`;
  const more = await madeFilms(folder, 60_000);
  let running = true;
  const searches: number[] = [];
  const reads: number[] = [];
  const loads = [
    (async () => {
      for (let i = 0; running; i++) {
        searches.push(await timed(searchUrl(house, queries()[i % queries().length] ?? "")));
      }
    })(),
    (async () => {
      while (running) {
        reads.push(await timed(film));
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    })(),
  ];
  const run = await endOf(house, await queueImport(house, more));
  running = false;
  await Promise.all(loads);
  say(`while ${run.rows} films come in, ${searches.length} searches: ${figures(searches)}`);
  say(`while ${run.rows} films come in, ${reads.length} reads: ${figures(reads)}; bar: p99 100 ms`);
} finally {
  await house.stop();
  rmSync(folder, { recursive: true });
}
