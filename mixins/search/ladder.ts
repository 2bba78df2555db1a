/**
 * From a person's words to what is to be asked of an index, step by step. Asked first is what holds
 * every word as it was typed. Where that names nothing well, rare words are forgiven typing
 * mistakes, then all words are, then one is forgotten, then all but one. Pure: a generator says
 * what it wants to know, and whoever drives it finds that out, in a file or over a network.
 */
import type { Lexicon } from "./alternatives.ts";
import { otherQueries, type Reading, read } from "./reading.ts";

/** How many words of a query a document must hold: every one, every one but one, or any. */
export type Need = "all" | "most" | "some";

export interface Question {
  /** Any of these; the titles that start with the first are candidates too. */
  readonly readings: readonly Reading[];
  readonly need: Need;
}

/** What must be known of an answer to choose the next step. */
export interface Outcome {
  readonly total: number;
  /** How many were ranked closely. */
  readonly ranked: number;
  readonly strong: boolean;
  readonly complete: boolean;
}

/** Wanted: something made of what the index knows, an answer, or two answers as one. */
export type Step<A> =
  | { readonly kind: "read"; readonly read: (lexicon: Lexicon) => unknown }
  | { readonly kind: "find"; readonly question: Question }
  | { readonly kind: "merge"; readonly first: A; readonly second: A };

type Climb<A, T> = Generator<Step<A>, T, unknown>;

/** Up to so many matches are all given a bm25; of more the best known are ranked. */
export const mostRanked = 2000;
/** With fewer than these a mistyped word that nothing resembles is left out. */
const fewMatches = 5;
/** With more than these the words are not doubted. */
const manyMatches = 100;
/** A doubt about every word costs time that a long query does not have. */
const mostDoubted = 6;

/** @param list the query's words, at least one; `q` is what was typed */
export function* climb<A extends Outcome>(q: string, list: readonly string[]): Climb<A, A> {
  const typed = yield* reading<A, Reading>((lexicon) => read(list, lexicon, "none"));
  let found = yield* finding<A>([typed], "all");
  if (found.strong || found.total > mostRanked) return found;

  const forgiven = yield* reading<A, Reading[]>((lexicon) => understand(lexicon, q, list));
  if ((!found.complete || typed.rare) && !isSame(forgiven, [typed])) {
    found = yield* finding<A>(forgiven, "all");
  }
  if (!found.strong && list.length <= mostDoubted && found.total <= manyMatches) {
    const all = yield* reading<A, Reading>((lexicon) => read(list, lexicon, "all"));
    const doubted = yield* finding<A>([all], "all");
    if (found.ranked === 0 || doubted.strong) found = yield* merging(found, doubted);
  }
  const [likeliest] = forgiven;
  if (!likeliest) return found;
  if (!found.strong && typed.rare && found.ranked < fewMatches && list.length > 2) {
    found = yield* merging(found, yield* finding<A>([likeliest], "most"));
  }
  for (const need of ["most", "some"] as const) {
    if (found.ranked === 0) found = yield* finding<A>([likeliest], need);
  }
  return found;
}

function* reading<A, T>(how: (lexicon: Lexicon) => T): Climb<A, T> {
  return (yield { kind: "read", read: how }) as T;
}

function* finding<A>(readings: readonly Reading[], need: Need): Climb<A, A> {
  return (yield { kind: "find", question: { readings, need } }) as A;
}

function* merging<A>(first: A, second: A): Climb<A, A> {
  return (yield { kind: "merge", first, second }) as A;
}

/** The readings worth asking, the likeliest first. */
function understand(lexicon: Lexicon, q: string, list: readonly string[]): Reading[] {
  const typed = read(list, lexicon, "rare");
  const other = otherQueries(q, lexicon);
  const layout = typed.known < 1 ? read(other.layout, lexicon, "rare") : undefined;
  if (layout && other.layout.length > 0 && layout.known * 0.85 > typed.known) return [layout];
  return [typed, ...other.spaced.map((words) => read(words, lexicon, "none"))];
}

/** Whether they ask for the same words. */
function isSame(one: readonly Reading[], other: readonly Reading[]): boolean {
  const forms = (readings: readonly Reading[]) =>
    JSON.stringify(readings.map(({ words }) => words.map((group) => group.map(formOf))));
  return forms(one) === forms(other);
}

const formOf = ({ text, prefix }: { readonly text: string; readonly prefix: boolean }): string =>
  prefix ? `${text}*` : text;
