/**
 * Whether a row of a source is a film that we have. Conservative: two films made one are worse than
 * one film twice, which an operator can see and merge. Pure.
 */
import type { z } from "zod";
import { fold, titleKey } from "../shared/text.ts";
import type { MatchCard, SourceRow } from "./absorb.contract.ts";
import type { FilmDraft } from "./film.contract.ts";

export type Row = z.output<typeof SourceRow>;
type Described = Pick<FilmDraft, "kind" | "titles" | "externalIds"> &
  Partial<Omit<FilmDraft, "kind" | "titles" | "externalIds">>;

/** External ids that are one film's alone, the most trusted first. */
export const identifying = ["imdb", "tmdb", "movielens"] as const;
/** Beyond the first names casts differ by source. */
const namesCompared = 12;

export const rowKey = ({ source, key }: Pick<Row, "source" | "key">): string =>
  `row:${source}:${key}`;

/** By what a film is looked up: its rows, its external ids, its titles with the year. */
export function matchKeys(film: Described, rows: readonly Row[]): string[] {
  const keys = rows.map(rowKey);
  for (const name of identifying) {
    const id = film.externalIds[name];
    if (id) keys.push(`${name}:${id}`);
  }
  return [...new Set([...keys, ...titleKeys(film)])];
}

function titleKeys({ kind, titles, originalTitle, year }: Described): string[] {
  if (year === undefined) return [];
  const all = [...Object.values(titles), ...(originalTitle ? [originalTitle] : [])];
  return all.map((title) => `${kind}:${titleKey(title)}|${year}`);
}

/** What two descriptions of one film would agree in beside title and year. */
export function factsOf(film: Described): string[] {
  const facts: string[] = [];
  const { wikipedia, imdb, tmdb, movielens } = film.externalIds;
  if (wikipedia) facts.push(`wikipedia:${wikipedia}`);
  if (imdb) facts.push(`imdb:${imdb}`);
  // TMDB numbers films, series and episodes apart.
  if (tmdb) facts.push(`tmdb:${film.kind}/${tmdb}`);
  if (movielens) facts.push(`movielens:${movielens}`);
  for (const { name } of (film.cast ?? []).slice(0, namesCompared))
    facts.push(`cast:${fold(name)}`);
  for (const { name, job } of (film.crew ?? []).slice(0, namesCompared)) {
    facts.push(`crew:${fold(job)}/${fold(name)}`);
  }
  if (film.runtimeMinutes) facts.push(`runtime:${film.runtimeMinutes}`);
  for (const genre of film.genres ?? []) facts.push(`genre:${genre}`);
  if (film.series) {
    facts.push(`episode:${film.series.id}/${film.series.season}/${film.series.number}`);
  }
  return facts;
}

/** The card by which a film is matched. */
export const cardOf = (id: string, film: Described, rows: readonly Row[]): MatchCard => ({
  id,
  kind: film.kind,
  keys: matchKeys(film, rows),
  year: film.year ?? null,
  facts: factsOf(film),
  rows: rows.map(({ source, key, hash }) => ({ source, key, hash })),
});

/** `known` has this very row; `same` is the film that the row tells of; else it is a new one. */
export type Decision =
  | { is: "known" | "same"; card: MatchCard; near: number }
  | { is: "new"; near: number };

/**
 * Finds the film of a row.
 *
 * @param cards films that share a key with the row, in any order
 * @returns also `near`: how many share title and year without being the same
 */
export function decide(row: Row, film: Described, cards: readonly MatchCard[]): Decision {
  if (cards.length === 0) return { is: "new", near: 0 };
  const isSameRow = (other: Row) => other.source === row.source && other.key === row.key;
  const own = cards.find((card) => card.rows.some(isSameRow));
  if (own) {
    const known = own.rows.some((other) => isSameRow(other) && other.hash === row.hash);
    return { is: known ? "known" : "same", card: own, near: 0 };
  }
  const facts = factsOf(film);
  for (const id of idsOf(facts)) {
    const byId = cards.find((card) => card.facts.includes(id));
    if (byId) return { is: "same", card: byId, near: 0 };
  }
  const titles = new Set(titleKeys(film));
  const near = cards.filter((card) => card.keys.some((key) => titles.has(key)));
  const agreeing = near
    .map((card) => ({ card, agreement: agreement(row, facts, card, near.length === 1) }))
    .filter(({ agreement }) => agreement > 0)
    .sort((a, b) => b.agreement - a.agreement);
  const [best, second] = agreeing;
  if (!best || best.agreement === second?.agreement) return { is: "new", near: near.length };
  return { is: "same", card: best.card, near: near.length - 1 };
}

const idsOf = (facts: readonly string[]): string[] =>
  identifying.flatMap((name) => facts.filter((fact) => kindOf(fact) === name));

const kindOf = (fact: string): string => fact.slice(0, fact.indexOf(":"));
const hasKind = (facts: readonly string[], kind: string): boolean =>
  facts.some((fact) => kindOf(fact) === kind);

/**
 * How many facts agree; 0 when too few, or when the two name different ids or articles. Casts
 * without a name in common outweigh a genre or a runtime. A shared genre alone is enough only
 * between sources (each lists a film once) and for an only candidate.
 */
function agreement(row: Row, facts: readonly string[], card: MatchCard, isOnly: boolean): number {
  for (const name of [...identifying, "wikipedia", "episode"]) {
    const ours = facts.filter((fact) => kindOf(fact) === name);
    const theirs = card.facts.filter((fact) => kindOf(fact) === name);
    if (ours.length > 0 && theirs.length > 0 && !ours.some((f) => theirs.includes(f))) return 0;
  }
  const shared = facts.filter((fact) => card.facts.includes(fact));
  const strong = shared.filter((fact) => kindOf(fact) !== "genre").length;
  const weak = shared.filter((fact) => ["genre", "runtime"].includes(kindOf(fact))).length;
  const bothHaveCasts = hasKind(facts, "cast") && hasKind(card.facts, "cast");
  if (bothHaveCasts && weak === shared.length) return 0;
  if (strong > 0) return strong * 100 + shared.length;
  const sameSource = card.rows.some(({ source }) => source === row.source);
  return isOnly && !sameSource ? shared.length : 0;
}
