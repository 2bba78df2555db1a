/** An Elasticsearch that is not there yet, goes away, freezes and comes back: over a line to it. */
import { setTimeout as wait } from "node:timers/promises";
import { Breaker } from "../../mixins/resilience/breaker.ts";
import { elasticSearch } from "../../mixins/search/elastic/engine.ts";
import { SearchUnavailableError } from "../../mixins/search/errors.ts";
import type { SearchEngine } from "../../mixins/search/port.ts";
import { newPrefix, removeIndices } from "../search/cluster.ts";
import { definition, film, ids } from "../search/harness.ts";
import { urlOf } from "./engine-urls.ts";
import { type Line, line } from "./line.ts";

const url = urlOf("ELASTIC_URL", "an Elasticsearch");
const askMs = 1_000;
const openMs = 2_000;
let prefix: string;
let way: Line;
let engine: SearchEngine;
beforeEach(async () => {
  prefix = newPrefix();
  way = await line(url, 9200);
  const rules = { failures: 3, share: 0.5, windowMs: 10_000, openMs, now: Date.now };
  const breaker = new Breaker("elasticsearch", rules);
  engine = elasticSearch({
    ...{ url: way.url, prefix, definition, askMs, feedMs: 2_000 },
    guard: (task) => breaker.run(task),
  });
});
afterEach(async () => {
  way.mend();
  await engine.close();
  way.close();
  await removeIndices(prefix, url.href);
});

/** Asks until it is answered. */
async function answered(): Promise<string[]> {
  for (;;) {
    try {
      return await ids(engine, { q: "steady" });
    } catch (error) {
      expect(error).toBeInstanceOf(SearchUnavailableError);
      await wait(100);
    }
  }
}

test("is opened by whoever asks first, however late it comes", async () => {
  way.cut();
  await expect(engine.stats()).rejects.toBeInstanceOf(SearchUnavailableError);
  await expect(engine.put([film("a")])).rejects.toThrow(/ELASTIC_URL/);
  await expect(engine.search({ q: "a", limit: 1 })).rejects.toThrow(SearchUnavailableError);

  way.mend();

  await engine.put([film("steady")]);
  await engine.settle();
  expect(await answered()).toEqual(["steady"]);
});

describe.each(["cut", "freeze"] as const)("a line that is away (%s)", (how) => {
  test("searches fail in time, then at once, and go on by themselves", async () => {
    await engine.put([film("steady")]);
    await engine.settle();
    expect(await answered()).toEqual(["steady"]);
    way[how]();
    const times: number[] = [];
    let told: SearchUnavailableError | undefined;

    for (let n = 0; n < 6; n++) {
      const begun = performance.now();
      told = await engine.search({ q: "steady", limit: 1 }).then(
        () => undefined,
        (error) => error,
      );
      expect(told).toBeInstanceOf(SearchUnavailableError);
      times.push(performance.now() - begun);
    }
    way.mend();

    // Each waits for one request at most; the breaker lets the last ones wait for none.
    expect(Math.max(...times)).toBeLessThan(5 * askMs);
    expect(Math.min(...times)).toBeLessThan(askMs);
    expect(told?.retryAfter).toBeGreaterThan(0);
    expect(await answered()).toEqual(["steady"]);
  });

  test("a batch that was refused meanwhile is put again without harm", async () => {
    await engine.put([film("steady")]);
    way[how]();
    const batch = [film("steady", { title: "Steady two", version: 2 }), film("more")];

    await expect(engine.put(batch)).rejects.toBeInstanceOf(SearchUnavailableError);
    way.mend();
    await engine.put(batch);
    await engine.put(batch);

    await engine.settle().catch(() => wait(openMs).then(() => engine.settle()));
    const { items, total } = await engine.search({ limit: 10 });
    expect(total).toBe(2);
    expect(items.map(({ stored }) => stored)).toContainEqual({ title: "Steady two", year: null });
  });
});
