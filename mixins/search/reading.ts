/**
 * From what a person typed to readings of it: lists of words, each with the alternatives that may
 * stand for it. Pure: what the index knows comes as a `Lexicon`.
 */
import { otherLayout } from "../../services/shared/layout.ts";
import { joined, words } from "../../services/shared/text.ts";
import {
  type Alternative,
  expand,
  type Forgiving,
  type Lexicon,
  longestCorrected,
  rareDocuments,
} from "./alternatives.ts";

/** One way to understand a query: for each word, what may stand for it, the best first. */
export interface Reading {
  readonly words: readonly (readonly Alternative[])[];
  /** How well the index knows these words, 0 to 1. */
  readonly known: number;
  /** Whether some word is so rare that it may be a mistake. */
  readonly rare: boolean;
}

const mostLetters = 1000;
const mostWords = 32;

/** The folded words of a query, bounded. */
export const wordsOf = (q: string): string[] => words(q.slice(0, mostLetters)).slice(0, mostWords);

/** The query's words in the ways in which the index may know them. */
export function read(list: readonly string[], lexicon: Lexicon, forgiving: Forgiving): Reading {
  const groups = list.map((word, i) => expand(word, i === list.length - 1, lexicon, forgiving));
  const known = groups.reduce((sum, group) => sum + group.known, 0) / Math.max(1, groups.length);
  return {
    words: groups.map((group) => group.alternatives),
    known,
    rare: groups.some((group) => group.rare),
  };
}

/** Other queries that may have been meant: the other keyboard layout, words split or joined. */
export function otherQueries(
  q: string,
  lexicon: Lexicon,
): { layout: string[]; spaced: string[][] } {
  const list = wordsOf(q);
  const layout = wordsOf(otherLayout(q.slice(0, mostLetters)));
  const spaced: string[][] = [];
  for (const [i, word] of list.entries()) {
    const known = Math.max(lexicon.count(word), proseShare * lexicon.anywhere(word));
    const split = known > rareDocuments ? undefined : splitWord(word, lexicon);
    if (split) spaced.push(list.toSpliced(i, 1, ...split));
  }
  for (const pair of joined(list)) {
    const at = list.findIndex((word, i) => word + (list[i + 1] ?? "") === pair);
    if (at >= 0 && lexicon.count(pair) > 0) spaced.push(list.toSpliced(at, 2, pair));
  }
  return { layout, spaced: spaced.slice(0, 3) };
}

/** Prose knows more words than titles do: there a word must be eight times as frequent. */
const proseShare = 1 / 8;

/** The split of a word into two known ones whose rarer part is the most frequent. */
function splitWord(word: string, lexicon: Lexicon): [string, string] | undefined {
  let best: [string, string] | undefined;
  let most = 0;
  for (let at = 2; at <= word.length - 2 && word.length <= longestCorrected; at++) {
    const parts: [string, string] = [word.slice(0, at), word.slice(at)];
    const count = Math.min(lexicon.count(parts[0]), lexicon.count(parts[1]));
    if (count > most) [best, most] = [parts, count];
  }
  return best;
}
