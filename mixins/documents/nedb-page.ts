/** One page of a NeDB collection by the cheapest way: an index that selects, or one that sorts. */
import type { Stored } from "./collection.ts";
import type { Place } from "./cursor.ts";
import type { EnginePage } from "./engine.ts";
import { model, type NedbDatabase, type Row, type TreeIndex } from "./nedb-internals.ts";
import { walk } from "./walk.ts";

/** Up to so many candidates are sorted in memory: about 5 ms. */
const fewEnough = 2_000;

export function selectPage<D extends Stored>(
  db: NedbDatabase<D>,
  { sort, limit, after }: EnginePage,
  query: object,
): Row<D>[] {
  const order = comparison<D>(sort);
  const comesAfter = (row: Row<D>) => !after || order(row, placed(sort.field, after)) > 0;
  const fits = (row: Row<D>) => comesAfter(row) && model.match(row, query);
  const sorting = sortingIndex(db, sort.field);
  const selected = select(db, query, sorting ? fewEnough : Number.POSITIVE_INFINITY);
  if (selected || !sorting) {
    return (selected ?? db.getAllData()).filter(fits).sort(order).slice(0, limit);
  }
  const found: Row<D>[] = [];
  const from = after && { key: sort.field === "id" ? after.id : after.value };
  for (const node of walk(sorting.tree.tree, model.compareThings, sort.descending, from)) {
    const rows = node.data.filter(fits);
    found.push(...(rows.length > 1 ? rows.sort(order) : rows));
    if (found.length >= limit) break;
  }
  return found.slice(0, limit);
}

function sortingIndex<D extends Stored>(
  db: NedbDatabase<D>,
  field: string,
): TreeIndex<D> | undefined {
  const index = db.indexes[field === "id" ? "_id" : field];
  return index && "tree" in index ? (index as TreeIndex<D>) : undefined;
}

/** The candidates of the index that leaves the fewest, if that is few enough. */
function select<D extends Stored>(
  db: NedbDatabase<D>,
  query: object,
  most: number,
): Row<D>[] | undefined {
  let best: Row<D>[] | undefined;
  for (const [field, wanted] of Object.entries(query)) {
    const index = db.indexes[field];
    const value = typeof wanted === "object" ? wanted.$in : wanted;
    if (!index || value === undefined) continue;
    const rows = index.getMatching(value);
    if (rows.length <= (best?.length ?? most)) best = rows;
  }
  return best;
}

function comparison<D extends Stored>({ field, descending }: EnginePage["sort"]) {
  const sign = descending ? -1 : 1;
  return (a: Row<D>, b: Row<D>): number =>
    sign * (model.compareThings(fieldOf(a, field), fieldOf(b, field)) || byText(a.id, b.id));
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const fieldOf = (row: object, field: string): unknown => (row as Record<string, unknown>)[field];
const placed = <D extends Stored>(field: string, { value, id }: Place): Row<D> =>
  ({ [field]: value, id }) as unknown as Row<D>;
