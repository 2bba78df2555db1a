/** One page of a NeDB collection by the cheapest way: an index that selects, or one that sorts. */
import type { Stored } from "./collection.ts";
import type { Place } from "./cursor.ts";
import type { EnginePage } from "./engine.ts";
import { HashIndex } from "./hash-index.ts";
import { model, type NedbDatabase, type Row } from "./nedb-internals.ts";
import { SortedIndex } from "./sorted-index.ts";

/** Up to so many candidates are sorted in memory: about 5 ms. */
const fewEnough = 2_000;

/** @throws Error when nothing sorts by that field: a store declares what it sorts by */
export function selectPage<D extends Stored>(
  db: NedbDatabase<D>,
  { sort: { field, descending }, limit, after }: EnginePage,
  query: object,
): Row<D>[] {
  const order = db.indexes[field];
  if (!(order instanceof SortedIndex)) throw new Error(`No index sorts by ${field}.`);
  const place = after && placed<D>(field, after);
  const sign = descending ? -1 : 1;
  const selected = select(db, query);
  if (selected) {
    return selected
      .filter((row) => (!place || sign * order.compare(row, place) > 0) && model.match(row, query))
      .sort((a, b) => sign * order.compare(a, b))
      .slice(0, limit);
  }
  const rows = order.settled();
  const found: Row<D>[] = [];
  for (let at = start(order, descending, place); found.length < limit; at += sign) {
    const row = rows[at];
    if (!row) break;
    if (model.match(row, query)) found.push(row);
  }
  return found;
}

/** The first position behind a place, in the direction of the page. */
function start<D extends Stored>(
  order: SortedIndex<D>,
  descending: boolean,
  place?: Row<D>,
): number {
  if (!place) return descending ? order.settled().length - 1 : 0;
  const at = order.positionOf(place);
  if (descending) return at - 1;
  const there = order.settled()[at];
  return there && order.compare(there, place) === 0 ? at + 1 : at;
}

/** The candidates of the index that leaves the fewest, if these are few enough to be sorted. */
function select<D extends Stored>(db: NedbDatabase<D>, query: object): Row<D>[] | undefined {
  let best: Row<D>[] | undefined;
  for (const [field, wanted] of Object.entries(query)) {
    const index = db.indexes[field];
    const value = typeof wanted === "object" ? wanted.$in : wanted;
    if (!(index instanceof HashIndex) || value === undefined) continue;
    const rows = index.getMatching(value);
    if (rows.length <= (best?.length ?? fewEnough)) best = rows;
  }
  return best;
}

const placed = <D extends Stored>(field: string, { value, id }: Place): Row<D> =>
  ({ [field]: value, id }) as unknown as Row<D>;
