/**
 * What the readings of a query match, in two stages: the whole result as a set of rows, and the
 * best few hundred of it ranked closely (`head`).
 */
import type { Lexicon } from "../alternatives.ts";
import type { Bits } from "../bits.ts";
import { mostRanked, type Need } from "../ladder.ts";
import { score } from "../rank.ts";
import type { Reading } from "../reading.ts";
import { Top } from "../top.ts";
import type { Columns } from "./columns.ts";
import { expression, type Finder, type Ranked } from "./finder.ts";

export interface Ranking {
  readonly row: number;
  readonly score: number;
}

export interface Found {
  /** The whole result. */
  readonly rows: Bits;
  /** The best of it, the best first. */
  readonly head: readonly Ranking[];
  /** How the query was understood: what is to be highlighted. */
  readonly readings: readonly Reading[];
}

export interface Index {
  readonly columns: Columns;
  readonly finder: Finder;
  readonly lexicon: Lexicon;
}

export interface Scored extends Found {
  readonly strong: boolean;
  readonly complete: boolean;
}

const mostHead = 200;
const mostStarting = 100;
/** So many can be ranked without a bm25 to choose among them. */
const mostUnranked = 500;
/** A result so large is of words that say nothing: what starts with them is enough. */
const hugeResult = 10_000;

/**
 * @param readings the likeliest first: the titles that start with it are candidates too
 * @param need how many of the words must be there
 * @param allowed the rows that pass the filters
 */
export function find(
  index: Index,
  readings: readonly Reading[],
  need: Need,
  allowed: Bits,
): Scored {
  const { columns, finder } = index;
  const asked = expression(readings, need);
  const matched = finder.rows(asked);
  const rows = matched.and(allowed);
  const candidates = startingSo(index, readings[0], allowed);
  for (const row of candidates.keys()) rows.add(row);
  const plain = need === "all" && readings.length === 1 && readings.every(hasFewForms);
  gather(index, asked, rows, plain && matched.size <= mostRanked, candidates);

  let strong = false;
  let complete = false;
  const head = [...candidates].map(([row, bm25]) => {
    const popularity = columns.popularity(row);
    const result = score({ ...finder.texts(row), bm25, popularity }, readings);
    strong ||= result.strong;
    complete ||= result.complete;
    return { row, score: result.value };
  });
  head.sort(inOrder(columns));
  return { rows, head, readings, strong, complete };
}

const hasFewForms = ({ words }: Reading): boolean => words.every((forms) => forms.length <= 2);

/** The order of a head: by score, equal ones by id, so that a cursor finds its place. */
export const inOrder = (columns: Columns) => (a: Ranking, b: Ranking) =>
  b.score - a.score || (columns.id(a.row) < columns.id(b.row) ? -1 : 1);

/** A bm25 by row, 0 where it is not known. */
type Candidates = Map<number, number>;

/** The titles that are or start with what was typed; of many the best known. */
function startingSo(index: Index, reading: Reading | undefined, allowed: Bits): Candidates {
  const typed = reading?.words.map((group) => group[0]?.text ?? "").join(" ") ?? "";
  const rows = index.finder.starting(typed).filter((row) => allowed.has(row));
  const known = bestKnown(index.columns, new Set(rows), mostStarting);
  const exact = index.finder.titled(typed).filter((row) => allowed.has(row));
  return new Map([...exact, ...known].map((row) => [row, 0]));
}

/** Adds to the candidates, at little cost, those rows of which the best will be among them. */
function gather(
  { columns, finder }: Index,
  asked: string,
  rows: Bits,
  cheap: boolean,
  into: Candidates,
): void {
  const size = rows.size;
  if (cheap) {
    addRanked(into, finder.ranked(asked), rows);
    return;
  }
  if (size > hugeResult && into.size >= mostStarting) return;
  // With many alternatives bm25 is slow, and what is mistyped is a title or a name.
  const inNames = finder.named(asked);
  const named = size > mostHead ? finder.rows(inNames).and(rows) : rows;
  if (named.size <= mostUnranked) {
    named.forEach((row) => {
      into.set(row, into.get(row) ?? 0);
    });
  } else if (named.size <= mostRanked) addRanked(into, finder.ranked(inNames), named);
  else for (const row of bestKnown(columns, named, mostHead)) into.set(row, into.get(row) ?? 0);
  if (named.size === 0) for (const row of bestKnown(columns, rows, mostHead)) into.set(row, 0);
}

function addRanked(into: Candidates, ranked: readonly Ranked[], rows: Bits): void {
  const bm25 = new Map(ranked.map((one) => [one.row, one.bm25]));
  const best = new Top(mostHead, (a, b) => (bm25.get(a) ?? 0) > (bm25.get(b) ?? 0));
  rows.forEach((row) => {
    best.offer(row);
  });
  for (const row of [...best.rows, ...into.keys()]) into.set(row, bm25.get(row) ?? 0);
}

function bestKnown(columns: Columns, rows: Bits | Set<number>, most: number): number[] {
  const { id, popularity } = columns;
  const top = new Top(
    most,
    (a, b) => popularity(a) > popularity(b) || (popularity(a) === popularity(b) && id(a) < id(b)),
  );
  rows.forEach((row) => {
    top.offer(row);
  });
  return top.rows;
}
