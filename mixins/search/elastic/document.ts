/**
 * A document as it lies in the index, and the lines that bring it there. Pure.
 *
 * A version stands twice in the index's own: 2v for a document, 2v + 1 for its removal. So what was
 * removed at a version stays removed at it, while the same version of a document may come again.
 */
import { LRUCache } from "lru-cache";
import { skeletons } from "../../../services/shared/layout.ts";
import { fold, titleKey, withoutArticle } from "../../../services/shared/text.ts";
import type { IndexDefinition, Removal, SearchDocument } from "../port.ts";

/** A text to sort by is cut off here: the cursor carries it. */
const sortLetters = 300;

/** One document on its way: the two lines of a bulk request. */
export interface Line {
  readonly id: string;
  readonly text: string;
}

export const lineOf = (definition: IndexDefinition, document: SearchDocument): Line =>
  line(document.id, 2 * document.version, toIndexed(definition, document));

/** What is left of a removed document, so that a late message does not bring it back. */
export const tombstone = ({ id, version }: Removal): Line =>
  line(id, 2 * version + 1, { id, live: false });

function line(_id: string, version: number, source: object): Line {
  const head = JSON.stringify({ index: { _id, version, version_type: "external_gte" } });
  return { id: _id, text: `${head}\n${wellFormed(source)}\n` };
}

/** JSON without halves of characters, which the server takes in but cannot give back. */
function wellFormed(source: object): string {
  const json = JSON.stringify(source);
  if (!/\\ud[89a-f]/.test(json)) return json;
  return JSON.stringify(source, (_, value) =>
    typeof value === "string" ? value.toWellFormed() : value,
  );
}

export function toIndexed(definition: IndexDefinition, document: SearchDocument): object {
  const { id, popularity, stored, fields } = document;
  const folded = definition.fields.map(({ name, role }): [string, string[]] => [
    name,
    (fields[name] ?? []).map(role === "title" ? titleKey : fold).filter((text) => text !== ""),
  ]);
  const f = Object.fromEntries(folded);
  const lead = definition.fields.find(({ role }) => role === "title");
  const titles = lead ? (f[lead.name] ?? []) : [];
  const named = definition.fields.flatMap(({ name, role }) =>
    role === "text" ? [] : (f[name] ?? []),
  );
  const values = (facet: string) => document.facets[facet] ?? [];
  return {
    id,
    live: true,
    popularity,
    titles: [...new Set([...titles, ...titles.map(withoutArticle)])],
    f,
    bones: [...new Set(named.flatMap((text) => text.split(" ")))].flatMap(bonesOf),
    facets: Object.fromEntries(definition.facets.map((facet) => [facet, values(facet)])),
    sorts: Object.fromEntries(
      definition.sorts.map((sort) => [sort, toSort(document.sorts[sort] ?? null)]),
    ),
    stored: stored ?? null,
    raw: fields,
  };
}

const toSort = (value: number | string | null): object =>
  typeof value === "number"
    ? { n: value }
    : value === null
      ? {}
      : { t: value.slice(0, sortLetters) };

/** Names recur: the titles and names of 36,000 films are made of 31,000 words. */
const known = new LRUCache<string, string[]>({ max: 50_000 });

function bonesOf(word: string): string[] {
  const found = known.get(word);
  if (found) return found;
  const bones = skeletons(word).map((bone) => `${bone} ${word}`);
  known.set(word, bones);
  return bones;
}
