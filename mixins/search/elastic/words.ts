/** Questions about words, in the server's terms, and what their answers say. Pure. */
import type { estypes } from "@elastic/elasticsearch";
import { skeletons } from "../../../services/shared/layout.ts";
import type { Known } from "../alternatives.ts";
import { editsAllowed } from "../typos.ts";

/** Enough for any word worth correcting. */
const mostNear = 60;
const mostAlike = 300;

/** The parts of an answer that are read. */
export interface Answer {
  readonly aggregations?: Readonly<Record<string, Counted>>;
  readonly suggest?: Readonly<
    Record<string, readonly { text: string; options: readonly { text: string; freq: number }[] }[]>
  >;
}
export interface Counted {
  readonly buckets?: readonly { readonly doc_count: number }[];
  readonly words?: {
    readonly buckets: readonly { readonly key: string; readonly doc_count: number }[];
  };
}

/** How many documents each word is in; a count of one term is read off the index. */
export function counts(
  kind: string,
  words: ReadonlySet<string>,
  query: (word: string) => estypes.QueryDslQueryContainer,
) {
  const filters = [...words].map(query);
  return filters.length === 0 ? {} : { [kind]: { filters: { filters } } };
}

/** Words of titles and names with the consonants of this one. */
export function likeSounding(word: string): estypes.AggregationsAggregationContainer {
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

export function heard(counted: Counted | undefined): Known[] {
  const words = new Map<string, number>();
  for (const { key, doc_count } of counted?.words?.buckets ?? []) {
    words.set(key.slice(key.indexOf(" ") + 1), doc_count);
  }
  return [...words].map(([word, count]) => ({ word, count }));
}

/** Words of titles and names within the edits of these; of many the likest. */
export function likeSpelt(edits: number, words: ReadonlySet<string>) {
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
