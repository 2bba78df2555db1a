/**
 * From words to rows. Asked first is what holds every word as it was typed. Where that names
 * nothing well, rare words are forgiven typing mistakes, then all words are, then one is forgotten,
 * then all but one.
 */
import { titleKey } from "../../../services/shared/text.ts";
import type { Lexicon } from "../alternatives.ts";
import { Bits } from "../bits.ts";
import { otherQueries, type Reading, read, wordsOf } from "../reading.ts";
import { type Found, find, type Index, inOrder, mostRanked, type Scored } from "./candidates.ts";
import { expression } from "./finder.ts";

/** With fewer than these a mistyped word that nothing resembles is left out. */
const fewMatches = 5;
/** With more than these the words are not doubted. */
const manyMatches = 100;
/** A doubt about every word costs time that a long query does not have. */
const mostDoubted = 6;

/** @param allowed the rows that pass the filters */
export function retrieve(index: Index, q: string, allowed: Bits): Found {
  const list = wordsOf(q);
  if (list.length === 0) return byTitleAlone(index, q, allowed);

  const typed = read(list, index.lexicon, "none");
  let found = find(index, [typed], "all", allowed);
  if (found.strong || found.rows.size > mostRanked) return found;

  const forgiven = understand(index.lexicon, q, list);
  if ((!found.complete || typed.rare) && !isSame(forgiven, [typed])) {
    found = find(index, forgiven, "all", allowed);
  }
  if (!found.strong && list.length <= mostDoubted && found.rows.size <= manyMatches) {
    const doubted = find(index, [read(list, index.lexicon, "all")], "all", allowed);
    if (found.head.length === 0 || doubted.strong) found = merge(index, found, doubted);
  }
  if (!found.strong && typed.rare && found.head.length < fewMatches && list.length > 2) {
    found = merge(index, found, find(index, forgiven.slice(0, 1), "most", allowed));
  }
  for (const need of ["most", "some"] as const) {
    if (found.head.length === 0) found = find(index, forgiven.slice(0, 1), need, allowed);
  }
  return found;
}

const isSame = (one: readonly Reading[], other: readonly Reading[]): boolean =>
  expression(one, "all") === expression(other, "all");

/** The readings worth asking, the likeliest first. */
function understand(lexicon: Lexicon, q: string, list: readonly string[]): Reading[] {
  const typed = read(list, lexicon, "rare");
  const other = otherQueries(q, lexicon);
  const layout = typed.known < 1 ? read(other.layout, lexicon, "rare") : undefined;
  if (layout && other.layout.length > 0 && layout.known * 0.85 > typed.known) return [layout];
  return [typed, ...other.spaced.map((words) => read(words, lexicon, "none"))];
}

function merge({ columns }: Index, first: Scored, second: Scored): Scored {
  first.rows.addAll(second.rows);
  const best = new Map(first.head.map((ranking) => [ranking.row, ranking]));
  for (const ranking of second.head) {
    if ((best.get(ranking.row)?.score ?? -1) < ranking.score) best.set(ranking.row, ranking);
  }
  const head = [...best.values()].sort(inOrder(columns));
  const strong = first.strong || second.strong;
  const readings = [...first.readings, ...second.readings];
  return { rows: first.rows, head, readings, strong, complete: first.complete };
}

/** A query of nothing but signs can only be a title: "$". */
function byTitleAlone({ columns, finder }: Index, q: string, allowed: Bits): Found {
  const titled = finder.titled(titleKey(q)).filter((row) => allowed.has(row));
  const head = titled.map((row) => ({ row, score: columns.popularity(row) }));
  return { rows: Bits.of(titled), head, readings: [] };
}
