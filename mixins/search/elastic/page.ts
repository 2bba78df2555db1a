/** One page of an answer: the order of the result, the place of the cursor in it, the facets. */
import { createHash } from "node:crypto";
import type { estypes } from "@elastic/elasticsearch";
import { checkLimit, checkSort } from "../checks.ts";
import { type Position, readCursor, writeCursor } from "../cursor.ts";
import { highlight, matcher } from "../highlight.ts";
import { CursorError, type SearchItem, type SearchQuery, type SearchResult } from "../port.ts";
import { allowed, counting } from "./clauses.ts";
import type { Found, Reader } from "./reader.ts";
import { type Asked, type Retrieved, retrieve, totalOf } from "./retrieve.ts";

/** A hit on its way into the page, with the position that it leaves for the cursor. */
interface Placed {
  readonly id: string;
  readonly score: number;
  readonly position: Position;
}

/** A part of the result in order, read on the server's side. */
interface Stretch {
  readonly placed: Placed[];
  readonly total: number;
  readonly aggregations: Found["aggregations"];
}

/**
 * @throws QueryError where a facet, sort or limit is unknown
 * @throws CursorError where the cursor is of no use here
 * @throws SearchUnavailableError
 */
export async function search(reader: Reader, query: SearchQuery): Promise<SearchResult> {
  const { definition } = reader;
  checkLimit(query.limit, 100);
  if (query.sort) checkSort(definition.sorts, query.sort.by);
  const after = query.after === undefined ? undefined : checked(readCursor(query, query.after));
  const filter = allowed(definition, query);
  const asked = { reader, filter, preference: copyOf(query), facets: query.facets ?? false };
  const q = (query.q ?? "").trim();
  const found = q === "" ? undefined : await retrieve(asked, q);

  // One more than asked for tells whether there is a next page.
  const most = query.limit + 1;
  const { placed, total, aggregations } = query.sort
    ? await sorted(asked, found, query.sort, most, after)
    : await ranked(asked, found, most, after);
  const last = placed.length > query.limit ? placed[query.limit - 1] : undefined;
  return {
    items: await shown(asked, found, placed.slice(0, query.limit), query.highlight ?? false),
    next: last ? writeCursor(query, last.position) : null,
    facets: query.facets ? facetsOf(definition.facets, aggregations) : {},
    total,
  };
}

/** Copies of an index differ a little in their bm25: the pages of one query come from the same. */
export const copyOf = ({ q, filters }: Pick<SearchQuery, "q" | "filters">): string =>
  createHash("sha256")
    .update(JSON.stringify([q, filters]))
    .digest("hex")
    .slice(0, 16);

/** @throws CursorError where the position cannot be one of its part */
function checked(position: Position): Position {
  const { part, key, id } = position;
  const isGood = part === "sort" || (typeof key === "number" && Number.isFinite(key));
  if (isGood && id.isWellFormed()) return position;
  throw new CursorError("The cursor is malformed: pass on `next` of the page before unchanged.");
}

/** First the head by score, then everything else by popularity. */
async function ranked(
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
async function sorted(
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
async function stretch(
  { reader, preference, facets }: Asked,
  found: Retrieved | undefined,
  part: estypes.SearchRequest,
) {
  const count = found
    ? { track_total_hits: false }
    : { track_total_hits: true, ...(facets ? { aggs: counting(reader.definition) } : {}) };
  const answer = await reader.search({ _source: false, ...part, ...count }, preference);
  const hits = answer.hits.hits.map(({ _id: id = "", sort = [] }) => ({ id, sort }));
  const { total, aggregations } = found ?? {
    total: totalOf(answer),
    aggregations: answer.aggregations,
  };
  return { hits, total, aggregations };
}

async function shown(
  { reader }: Asked,
  found: Retrieved | undefined,
  page: readonly Placed[],
  marked: boolean,
): Promise<SearchItem[]> {
  const documents = await reader.read(page.map(({ id }) => id));
  const byId = new Map(documents.map((document) => [document.id, document]));
  const matches = matcher(found?.readings ?? []);
  return page.flatMap(({ id, score }) => {
    const document = byId.get(id);
    if (!document) return [];
    const { stored, raw } = document;
    const highlights = marked ? highlight(reader.definition, raw, matches) : [];
    return [{ id, score, stored, highlights }];
  });
}

interface Bucket {
  readonly key: string;
  readonly doc_count: number;
}

function facetsOf(facets: readonly string[], aggregations: Found["aggregations"]) {
  const counts = (aggregations ?? {}) as Record<string, { readonly buckets?: readonly Bucket[] }>;
  return Object.fromEntries(
    facets.map((name) => [
      name,
      (counts[name]?.buckets ?? []).map(({ key, doc_count }) => ({ value: key, count: doc_count })),
    ]),
  );
}
