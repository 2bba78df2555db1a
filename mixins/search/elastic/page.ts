/** One page of an answer: the order of the result, the place of the cursor in it, the facets. */
import { createHash } from "node:crypto";
import { checkLimit, checkSort } from "../checks.ts";
import { type Position, readCursor, writeCursor } from "../cursor.ts";
import { CursorError } from "../errors.ts";
import { highlight, matcher } from "../highlight.ts";
import type { SearchItem, SearchQuery, SearchResult } from "../port.ts";
import { allowed } from "./clauses.ts";
import type { Asked, Retrieved } from "./find.ts";
import { type Placed, ranked, sorted } from "./order.ts";
import type { Found, Reader } from "./reader.ts";
import { retrieve } from "./retrieve.ts";

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
