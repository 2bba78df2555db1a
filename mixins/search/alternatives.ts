/**
 * For one word that a person typed, the words of the index that may be meant, with a quality from
 * 0 to 1: the word itself, words that begin so, the other way to write a number, the other script,
 * what sounds alike in it, and typing mistakes. Pure: what the index knows comes as a `Lexicon`.
 */
import { isCyrillic, otherScript, sound } from "../../services/shared/layout.ts";
import { editDistance, otherNumeral } from "../../services/shared/text.ts";
import { editsAllowed } from "./typos.ts";

/** What an index knows of its words. Counts are of documents. */
export interface Lexicon {
  /** Documents with the word among their titles and names. */
  count(word: string): number;
  /** Documents with the word anywhere. */
  anywhere(word: string): number;
  /** Whether some word of titles and names begins so. */
  begins(prefix: string): boolean;
  near(word: string, edits: number): readonly Known[];
  alike(word: string): readonly Known[];
}

export interface Known {
  readonly word: string;
  readonly count: number;
}

export interface Alternative {
  readonly text: string;
  readonly prefix: boolean;
  /** 1: as typed. */
  readonly quality: number;
}

/** Which words may be mistyped: none, those that the index hardly knows, or all of them. */
export type Forgiving = "none" | "rare" | "all";

const mostAlternatives = 20;
/** A word in so few documents may be a mistake that someone else made. */
export const rareDocuments = 3;
/** A word in so many documents was surely meant. */
const commonDocuments = 500;
export const longestCorrected = 40;
/** A word that exists is less likely a mistake. */
const doubtOfKnown = 0.88;

export interface Group {
  alternatives: Alternative[];
  known: number;
  rare: boolean;
}

/** @param last whether the word may still be being typed */
export function expand(word: string, last: boolean, lexicon: Lexicon, forgiving: Forgiving): Group {
  const found = new Map<string, Alternative & { count: number }>();
  const offer = (text: string, quality: number, count: number, prefix = false) => {
    const key = prefix ? `${text}*` : text;
    if ((found.get(key)?.quality ?? 0) < quality) found.set(key, { text, prefix, quality, count });
  };

  const count = lexicon.count(word);
  const total = count > rareDocuments ? count : lexicon.anywhere(word);
  offer(word, 1, total);
  const begins = last && lexicon.begins(word);
  if (last) offer(word, 0.95, begins ? 1 : 0, true);
  const numeral = otherNumeral(word);
  if (numeral) offer(numeral, 0.95, lexicon.count(numeral));
  if (word.length > 1 && word.length <= longestCorrected) {
    offerOtherScript(word, last, lexicon, offer);
    if (total === 0 || isCyrillic(word)) offerAlike(word, lexicon, offer);
    const rare = total <= 2 * rareDocuments && (count === 0 || count <= rareDocuments);
    const doubted = forgiving === "all" && count < commonDocuments;
    if (doubted || (forgiving === "rare" && rare)) {
      offerNear(word, lexicon, total > 0 ? doubtOfKnown : 1, offer);
    }
  }

  const sorted = [...found.values()].sort((a, b) => b.quality - a.quality || b.count - a.count);
  const known = sorted.find((alternative) => alternative.count > 0)?.quality ?? 0;
  return {
    alternatives: sorted.slice(0, mostAlternatives),
    known,
    rare: total <= rareDocuments && !begins && word.length > 2,
  };
}

type Offer = (text: string, quality: number, count: number, prefix?: boolean) => void;

function offerOtherScript(word: string, last: boolean, lexicon: Lexicon, offer: Offer): void {
  for (const spelling of otherScript(word)) {
    const count = lexicon.count(spelling);
    if (count > 0) offer(spelling, 0.95, count);
    if (last && lexicon.begins(spelling)) offer(spelling, 0.85, 1, true);
  }
}

/** Words of the other script that sound alike: the nearer the sound, the better. */
function offerAlike(word: string, lexicon: Lexicon, offer: Offer): void {
  const heard = sound(word);
  // The consonants agree already: it is the vowels that are spelt in so many ways.
  const most = Math.ceil(heard.length / 2);
  for (const { word: other, count } of lexicon.alike(word)) {
    if (isCyrillic(other) === isCyrillic(word)) continue;
    const distance = editDistance(heard, sound(other), most);
    if (distance <= most) offer(other, 0.92 - 0.08 * distance, count);
  }
}

function offerNear(word: string, lexicon: Lexicon, trust: number, offer: Offer): void {
  const edits = editsAllowed(word.length);
  const spellings = [word, ...otherScript(word, 1)];
  for (const [i, spelling] of spellings.entries()) {
    for (const { word: other, count } of lexicon.near(spelling, edits)) {
      const distance = editDistance(spelling, other, edits);
      const sameStart = spelling[0] === other[0] ? 0 : 0.04;
      const quality = (distance <= 1 ? 0.82 : 0.62) - sameStart - i * 0.1;
      if (distance > 0 && distance <= edits) offer(other, trust * quality, count);
    }
  }
}
