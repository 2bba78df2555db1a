/**
 * What the index knows of words, asked of the server only as far as a query needs it. Whoever reads
 * with a `Facts` gets blanks for what is not known yet; `questions` then asks for all of these at
 * once, and the reading is made again.
 */
import type { estypes } from "@elastic/elasticsearch";
import { skeletons } from "../../../services/shared/layout.ts";
import type { Known, Lexicon } from "../alternatives.ts";
import { editsAllowed } from "../typos.ts";
import { longestStart } from "./clauses.ts";

/** Enough for any word worth correcting. */
const mostNear = 60;
const mostAlike = 300;

type Kind = "count" | "anywhere" | "begins" | "near" | "alike";

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
    const alike = [...this.#alike.wanted];
    const aggs = {
      ...counts("count", count.wanted, (word) => ({ term: { named: word } })),
      ...counts("anywhere", anywhere.wanted, (word) => ({ term: { all: word } })),
      ...counts("begins", begins.wanted, (word) => ({ prefix: { named: word } })),
      ...Object.fromEntries(alike.map((word, i) => [`alike${i}`, likeSounding(word)])),
    };
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

/** The parts of an answer that are read. */
export interface Answer {
  readonly aggregations?: Readonly<Record<string, Counted>>;
  readonly suggest?: Readonly<
    Record<string, readonly { text: string; options: readonly { text: string; freq: number }[] }[]>
  >;
}
interface Counted {
  readonly buckets?: readonly { readonly doc_count: number }[];
  readonly words?: {
    readonly buckets: readonly { readonly key: string; readonly doc_count: number }[];
  };
}

/** How many documents each word is in; a count of one term is read off the index. */
function counts(
  kind: Kind,
  words: ReadonlySet<string>,
  query: (word: string) => estypes.QueryDslQueryContainer,
) {
  const filters = [...words].map(query);
  return filters.length === 0 ? {} : { [kind]: { filters: { filters } } };
}

/** Words of titles and names with the consonants of this one. */
function likeSounding(word: string): estypes.AggregationsAggregationContainer {
  const starts = skeletons(word).map((bone) => `${bone} `);
  const any = starts.map((start) => ({ prefix: { bones: start } }));
  // Skeletons are made of letters and digits: there is nothing to escape.
  const include = starts.map((start) => `${start}.*`).join("|") || "-";
  const should = any.length > 0 ? any : [{ match_none: {} }];
  return {
    filter: { bool: { should } },
    aggs: { words: { terms: { field: "bones", include, size: mostAlike } } },
  };
}

function heard(counted: Counted | undefined): Known[] {
  const words = new Map<string, number>();
  for (const { key, doc_count } of counted?.words?.buckets ?? []) {
    words.set(key.slice(key.indexOf(" ") + 1), doc_count);
  }
  return [...words].map(([word, count]) => ({ word, count }));
}

/** Words of titles and names within the edits of these; of many the likest. */
function likeSpelt(edits: number, words: ReadonlySet<string>) {
  const text = [...words].filter((word) => editsAllowed(word.length) === edits).join(" ");
  if (text === "") return {};
  const term = {
    field: "named",
    suggest_mode: "always",
    max_edits: edits,
    prefix_length: 0,
    min_word_length: 2,
    size: mostNear,
    shard_size: mostNear,
    // Every word may be meant otherwise, however common it is.
    max_term_freq: 1_000_000_000,
    accuracy: 0.1,
  } as const;
  return { [`near${edits}`]: { text, term } };
}
