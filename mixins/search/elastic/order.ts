/** The order of a result, and a stretch of it from where a cursor stands. */
import type { estypes } from "@elastic/elasticsearch";
import type { Position } from "../cursor.ts";
import { type Asked, counted, type Retrieved, totalOf } from "./find.ts";
import type { Found } from "./reader.ts";

/** A hit on its way into the page, with the position that it leaves for the cursor. */
export interface Placed {
  readonly id: string;
  readonly score: number;
  readonly position: Position;
}

/** A part of the result in order, read on the server's side. */
export interface Stretch {
  readonly placed: Placed[];
  readonly total: number;
  readonly aggregations: Found["aggregations"];
}

/** First the head by score, then everything else by popularity. */
export async function ranked(
  asked: Asked,
  found: Retrieved | undefined,
  most: number,
  after?: Position,
): Promise<Stretch> {
  const head = found?.head ?? [];
  const key = Number(after?.key);
  const left = head.filter(({ id, score }) =>
    after?.part === "tail" ? false : !after || score < key || (score === key && id > after.id),
  );
  const placed = left.slice(0, most).map(({ id, score }): Placed => {
    return { id, score, position: { part: "head", key: score, id } };
  });
  const { total = 0, aggregations } = found ?? {};
  if (found && (placed.length === most || head.length >= total)) {
    return { placed, total, aggregations };
  }
  const end = after?.part === "tail" ? [Number(after.key), after.id] : undefined;
  const tail = await stretch(asked, found, {
    size: most - placed.length,
    query: beside(asked, found),
    sort: [{ popularity: { order: "desc" } }, { id: { order: "asc" } }],
    ...(end ? { search_after: end } : {}),
  });
  const rest = tail.hits.map(({ id, sort: [popularity] }): Placed => {
    const position = { part: "tail", key: Number(popularity), id } as const;
    return { id, score: 0, position };
  });
  return { ...tail, placed: [...placed, ...rest] };
}

/** Everything that is found but for the head. */
function beside({ filter }: Asked, found: Retrieved | undefined): estypes.QueryDslQueryContainer {
  const ids = found?.head.map(({ id }) => id) ?? [];
  const query = found ? [found.query] : [...filter];
  return {
    bool: { filter: query, ...(ids.length > 0 ? { must_not: [{ terms: { id: ids } }] } : {}) },
  };
}

/** Numbers before texts, nothing last, whatever the order. */
export async function sorted(
  asked: Asked,
  found: Retrieved | undefined,
  { by, order }: { readonly by: string; readonly order: "asc" | "desc" },
  most: number,
  after?: Position,
): Promise<Stretch> {
  const none = order === "asc" ? Number.MAX_VALUE : -Number.MAX_VALUE;
  const isNumber = typeof after?.key === "number";
  const key = after ? [isNumber ? after.key : none, isNumber ? null : after.key, after.id] : [];
  const result = await stretch(asked, found, {
    size: most,
    query: found?.query ?? { bool: { filter: [...asked.filter] } },
    sort: [
      { [`sorts.${by}.n`]: { order, missing: none } },
      { [`sorts.${by}.t`]: { order, missing: "_last" } },
      { id: { order: "asc" } },
    ],
    ...(after ? { search_after: key as estypes.SortResults } : {}),
  });
  const placed = result.hits.map(({ id, sort: [number, text] }): Placed => {
    const value = number !== none ? Number(number) : typeof text === "string" ? text : null;
    return { id, score: 0, position: { part: "sort", key: value, id } };
  });
  return { ...result, placed };
}

/** Asks for a part of the result, and counts it where that was not done. */
async function stretch(asked: Asked, found: Retrieved | undefined, part: estypes.SearchRequest) {
  const count = found ? { track_total_hits: false } : { track_total_hits: true, ...counted(asked) };
  const { reader, preference } = asked;
  const answer = await reader.search({ _source: false, ...part, ...count }, preference);
  const hits = answer.hits.hits.map(({ _id: id = "", sort = [] }) => ({ id, sort }));
  const { total, aggregations } = found ?? {
    total: totalOf(answer),
    aggregations: answer.aggregations,
  };
  return { hits, total, aggregations };
}
