/**
 * How an index is laid out. Core features alone: the words come folded, so white space is all that
 * parts them. Pure.
 */
import type { estypes } from "@elastic/elasticsearch";
import type { IndexDefinition } from "../port.ts";

type Property = estypes.MappingProperty;

const text = { type: "text", analyzer: "whitespace" } satisfies Property;
/** Lucene takes no longer term; what is longer is not searched by the whole of it. */
const keyword = { type: "keyword", ignore_above: 2000 } as const;

/** The fields of an index:
 *
 * - `f.*` the folded texts, from which bm25 is reckoned
 * - `named` the words of titles and names, `all` every word
 * - `titles` whole titles, with and without their article
 * - `bones` "skeleton word" for each word of titles and names
 */
export function mappingOf(definition: IndexDefinition): estypes.MappingTypeMapping {
  const each = <T>(names: readonly string[], make: (name: string) => T): Record<string, T> =>
    Object.fromEntries(names.map((name) => [name, make(name)]));
  const roles = new Map(definition.fields.map(({ name, role }) => [name, role]));
  const field = (name: string): estypes.MappingTextProperty => ({
    ...text,
    // Where in a text a word stands is not asked.
    index_options: "freqs",
    copy_to: roles.get(name) === "text" ? ["all"] : ["named", "all"],
  });
  // Beginnings of words are words too: a short one is in many, and would be slow to gather.
  const words: estypes.MappingTextProperty = {
    ...text,
    index_options: "docs",
    norms: false,
    index_prefixes: { min_chars: 1, max_chars: 3 },
  };
  return {
    dynamic: false,
    properties: {
      id: { type: "keyword" },
      live: { type: "boolean" },
      popularity: { type: "double" },
      titles: keyword,
      bones: keyword,
      named: words,
      all: words,
      f: { properties: each([...roles.keys()], field) },
      facets: { properties: each(definition.facets, (): Property => keyword) },
      // A value is a number or a text; numbers come before texts.
      sorts: {
        properties: each(
          definition.sorts,
          (): Property => ({ properties: { n: { type: "double" }, t: keyword } }),
        ),
      },
      stored: { type: "object", enabled: false },
      raw: { type: "object", enabled: false },
    },
  };
}

/** One shard holds millions of films; a second copy as soon as there is a second server. */
export const settings = {
  number_of_shards: 1,
  auto_expand_replicas: "0-1",
} as const satisfies estypes.IndicesIndexSettings;

/** Documents are seen so soon by themselves; `settle` does not wait for it. */
export const refreshEvery = "1s";
