/**
 * What the readings of a query match: the server brings the likeliest few hundred, which are ranked
 * here, by the rules that the embedded engine has too.
 */
import type { estypes } from "@elastic/elasticsearch";
import type { Outcome, Question } from "../ladder.ts";
import { score } from "../rank.ts";
import type { Reading } from "../reading.ts";
import { Breath } from "./breath.ts";
import { anyOf, bm25Name, bm25Share, bringing, counting, holding } from "./clauses.ts";
import type { Found, Reader } from "./reader.ts";

/** So many of the likeliest are ranked closely. */
export const mostRanked = 200;

export interface Ranking {
  readonly id: string;
  readonly score: number;
}

/** An answer to the words of a query. */
export interface Retrieved extends Outcome {
  /** What is found, the filters included. */
  readonly query: estypes.QueryDslQueryContainer;
  /** The best of it, the best first. */
  readonly head: readonly Ranking[];
  /** How the query was understood: what is to be highlighted. */
  readonly readings: readonly Reading[];
  /** The counts, where they were asked for and this is one answer. */
  readonly aggregations: Found["aggregations"];
}

export interface Asked {
  readonly reader: Reader;
  readonly preference: string;
  readonly filter: readonly estypes.QueryDslQueryContainer[];
  readonly facets: boolean;
}

export async function find(asked: Asked, question: Question): Promise<Retrieved> {
  const { reader, preference, filter } = asked;
  const { definition } = reader;
  const query = { bool: { filter: [...filter, holding(question, "all")] } };
  const texts = definition.fields.filter(({ role }) => role !== "text");
  const found = await reader.search(
    {
      size: mostRanked,
      track_total_hits: true,
      _source: ["popularity", ...texts.map(({ name }) => `f.${name}`)],
      query: { bool: { ...query.bool, should: bringing(definition, question) } },
      sort: [{ _score: { order: "desc" } }, { id: { order: "asc" } }],
      ...counted(asked),
    },
    preference,
  );
  const ranked = await rank(asked, found, question.readings);
  const { readings } = question;
  return { ...ranked, query, readings, total: totalOf(found), aggregations: found.aggregations };
}

async function rank({ reader }: Asked, { hits }: Found, readings: readonly Reading[]) {
  const { fields } = reader.definition;
  let strong = false;
  let complete = false;
  const head: Ranking[] = [];
  // Ranking one long query takes longer than others may wait.
  const breath = new Breath();
  for (const { _id: id = "", _source: source, matched_queries: matched } of hits.hits) {
    const of = (role: string) =>
      fields.flatMap((field) => (field.role === role ? (source?.f?.[field.name] ?? []) : []));
    const bm25 = nameScore(matched) / bm25Share;
    const popularity = source?.popularity ?? 0;
    const candidate = { titles: of("title"), names: of("names"), bm25, popularity };
    const result = score(candidate, readings);
    strong ||= result.strong;
    complete ||= result.complete;
    head.push({ id, score: result.value });
    await breath.take();
  }
  return { head: head.sort(inOrder), ranked: head.length, strong, complete };
}

/** The facets, where they were asked for. */
export const counted = ({ facets, reader }: Asked) =>
  facets ? { aggs: counting(reader.definition) } : {};

/** By score, equal ones by id, so that a cursor finds its place. */
const inOrder = (a: Ranking, b: Ranking): number => b.score - a.score || (a.id < b.id ? -1 : 1);

/** The server names the queries that matched, with what each has scored. */
const nameScore = (matched: unknown): number =>
  Number((matched as Record<string, number> | undefined)?.[bm25Name] ?? 0);

export const totalOf = ({ hits: { total } }: Found): number =>
  typeof total === "number" ? total : (total?.value ?? 0);

/** What is found by either: the better score counts. Only the server can say how many that are. */
export async function merge(asked: Asked, first: Retrieved, second: Retrieved): Promise<Retrieved> {
  const best = new Map(first.head.map((ranking) => [ranking.id, ranking]));
  for (const ranking of second.head) {
    if ((best.get(ranking.id)?.score ?? -1) < ranking.score) best.set(ranking.id, ranking);
  }
  const { reader, preference } = asked;
  const query = { bool: { filter: [anyOf([first.query, second.query])] } };
  const whole = await reader.search(
    { size: 0, track_total_hits: true, query, ...counted(asked) },
    preference,
  );
  return {
    query,
    head: [...best.values()].sort(inOrder),
    readings: [...first.readings, ...second.readings],
    total: totalOf(whole),
    ranked: best.size,
    strong: first.strong || second.strong,
    complete: first.complete,
    aggregations: whole.aggregations,
  };
}
