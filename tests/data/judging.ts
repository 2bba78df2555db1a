/**
 * How well films are found, over the judged queries: real films, every query once, facets on. Every
 * engine is judged alike.
 */
import type { SearchEngine } from "../../mixins/search/port.ts";
import type { StoredFilm } from "../../services/catalog/film-index.ts";
import { type Judged, judgedQueries, realDocuments, russian } from "./films.ts";

interface Rates {
  count: number;
  /** The share of queries that find their film first, and in the first ten, in percent. */
  first: number;
  ten: number;
}

interface Subject {
  engine: SearchEngine;
  castOf: ReadonlyMap<string, readonly string[]>;
}

export interface Opened {
  engine: SearchEngine;
  dispose(): Promise<void>;
}

async function placeOf({ engine, castOf }: Subject, judged: Judged): Promise<number> {
  const { items } = await engine.search({ q: judged.q, limit: 10, facets: true });
  return items.findIndex(({ id, stored }) => {
    if (judged.expectActor) return castOf.get(id)?.includes(judged.expectActor);
    const { titles, year } = stored as StoredFilm;
    return titles.en === judged.expectTitle && year === judged.expectYear;
  });
}

/** The rates of each kind and of all, and the queries that missed. */
async function judge(
  subject: Subject,
  queries: readonly Judged[],
): Promise<{ kinds: Record<string, Rates> }> {
  const places: { kind: string; place: number }[] = [];
  const missed: string[] = [];
  const times: number[] = [];
  for (const query of queries) {
    const begun = performance.now();
    const place = await placeOf(subject, query);
    times.push(performance.now() - begun);
    places.push({ kind: query.kind, place }, { kind: "all", place });
    if (place < 0) missed.push(`${query.kind}: ${query.q}`);
  }
  const kinds: Record<string, Rates> = {};
  for (const [kind, list = []] of Object.entries(Object.groupBy(places, ({ kind }) => kind))) {
    const percent = (good: number) => Math.round((good / list.length) * 1000) / 10;
    kinds[kind] = {
      count: list.length,
      first: percent(list.filter(({ place }) => place === 0).length),
      ten: percent(list.filter(({ place }) => place >= 0).length),
    };
  }
  console.table(kinds);
  const quantile = (share: number) =>
    times.toSorted((a, b) => a - b)[Math.floor(times.length * share)]?.toFixed(1);
  console.log(`p50 ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, p99 ${quantile(0.99)} ms`);
  if (missed.length > 0) console.log(`Not in the first ten: ${missed.join("; ")}`);
  return { kinds };
}

/** The judged queries over one engine: the same bars for each. */
export function judging(open: () => Opened): void {
  let opened: Opened;
  let subject: Subject;
  beforeAll(async () => {
    const { documents, castOf } = realDocuments();
    opened = open();
    subject = { engine: opened.engine, castOf };
    for (let at = 0; at < documents.length; at += 500) {
      await subject.engine.put(documents.slice(at, at + 500));
    }
    await subject.engine.settle();
  }, 300_000);
  afterAll(async () => {
    await opened?.engine.close();
    await opened?.dispose();
  });

  test("the judged queries find their films", async () => {
    const { kinds } = await judge(subject, judgedQueries());

    expect(kinds.all?.ten).toBeGreaterThanOrEqual(97);
    expect(kinds.all?.first).toBeGreaterThanOrEqual(85);
    expect(kinds.prefix?.ten).toBeGreaterThanOrEqual(90);
  });

  test("queries in Cyrillic, transliterated or on the wrong layout find their films", async () => {
    const { kinds } = await judge(subject, russian.queries);

    expect(kinds.all?.count).toBeGreaterThanOrEqual(30);
    expect(kinds.all?.ten).toBeGreaterThanOrEqual(97);
    expect(kinds.all?.first).toBeGreaterThanOrEqual(85);
  });
}
