/**
 * What the index knows of words, asked of the server only as far as a query needs it. Whoever reads
 * with a `Facts` gets blanks for what is not known yet; `questions` then asks for all of these at
 * once, and the reading is made again.
 */
import type { estypes } from "@elastic/elasticsearch";
import type { Known, Lexicon } from "../alternatives.ts";
import { longestStart } from "./clauses.ts";
import { type Answer, counts, heard, likeSounding, likeSpelt } from "./words.ts";

/** Facts of one kind, by word, and the words that were asked for and are not known. */
class Kept<T> {
  readonly #known = new Map<string, T>();
  readonly #blank: T;
  readonly wanted = new Set<string>();

  constructor(blank: T) {
    this.#blank = blank;
  }

  get(word: string): T {
    const known = this.#known.get(word);
    if (known !== undefined) return known;
    this.wanted.add(word);
    return this.#blank;
  }

  set(word: string, value: T): void {
    this.#known.set(word, value);
    this.wanted.delete(word);
  }
}

export class Facts implements Lexicon {
  readonly #counts = { count: new Kept(0), anywhere: new Kept(0), begins: new Kept(0) };
  readonly #near = new Kept<readonly Known[]>([]);
  readonly #alike = new Kept<readonly Known[]>([]);

  count = (word: string): number => this.#counts.count.get(word);
  anywhere = (word: string): number => this.#counts.anywhere.get(word);
  begins = (prefix: string): boolean =>
    prefix.length <= longestStart && this.#counts.begins.get(prefix) > 0;
  alike = (word: string): readonly Known[] => this.#alike.get(word);

  /** The server forgives as many edits as a word of its length may have. */
  near = (word: string, edits: number): readonly Known[] =>
    edits === 0 ? [] : this.#near.get(word);

  /** One request for what is not known yet, or nothing where all is. */
  questions(): estypes.SearchRequest | undefined {
    const { count, anywhere, begins } = this.#counts;
    const known = {
      ...counts("count", count.wanted, (word) => ({ term: { named: word } })),
      ...counts("anywhere", anywhere.wanted, (word) => ({ term: { all: word } })),
      ...counts("begins", begins.wanted, (word) => ({ prefix: { named: word } })),
    };
    // Likenesses cost more, and are wanted of words that turn out to be unknown.
    if (Object.keys(known).length > 0) {
      this.#alike.wanted.clear();
      this.#near.wanted.clear();
    }
    const alike = [...this.#alike.wanted].map((word, i) => [`alike${i}`, likeSounding(word)]);
    const aggs = { ...known, ...Object.fromEntries(alike) };
    const suggest = { ...likeSpelt(1, this.#near.wanted), ...likeSpelt(2, this.#near.wanted) };
    if (Object.keys(aggs).length + Object.keys(suggest).length === 0) return undefined;
    return { size: 0, track_total_hits: false, aggs, suggest };
  }

  /** Takes in the answer to the latest `questions`. */
  learn({ aggregations = {}, suggest = {} }: Answer): void {
    const alike = [...this.#alike.wanted];
    for (const [kind, kept] of Object.entries(this.#counts)) {
      const words = [...kept.wanted];
      const buckets = aggregations[kind]?.buckets ?? [];
      for (const [i, word] of words.entries()) kept.set(word, buckets[i]?.doc_count ?? 0);
    }
    for (const [i, word] of alike.entries())
      this.#alike.set(word, heard(aggregations[`alike${i}`]));
    for (const [, entries] of Object.entries(suggest)) {
      for (const { text, options } of entries) {
        this.#near.set(
          text,
          options.map((option) => ({ word: option.text, count: option.freq })),
        );
      }
    }
    // A word that the server takes apart or leaves out has no neighbours.
    for (const word of this.#near.wanted) this.#near.set(word, []);
  }
}
