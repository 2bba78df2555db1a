/**
 * By what rows of sources and films are told to be the same: keys to look up by, facts to agree in.
 * Agreed between the films and whoever rehearses an import.
 */
import type { z } from "zod";
import { fold, titleKey } from "../shared/text.ts";
import type { MatchCard, SourceRow } from "./absorb.contract.ts";
import { uniqueIds } from "./external-ids.contract.ts";
import type { FilmDraft } from "./film.contract.ts";

export type Row = z.output<typeof SourceRow>;
export type Described = Pick<FilmDraft, "kind" | "titles" | "externalIds"> &
  Partial<Omit<FilmDraft, "kind" | "titles" | "externalIds">>;

/** So many rows go into one film at most: what names it more often is no list of films. */
export const mostRows = 100;
/** More films of one title and year are not told apart: comparing them all would take for ever. */
export const mostNear = 100;
/** Beyond the first names casts differ by source. */
const namesCompared = 12;

export const rowKey = ({ source, key }: Pick<Row, "source" | "key">): string =>
  `row:${source}:${key}`;

/** By what a film is looked up: its rows, its external ids, its titles with the year. */
export function matchKeys(film: Described, rows: readonly Row[]): string[] {
  const keys = rows.map(rowKey);
  keys.push(...uniqueIds(film), ...titleKeys(film));
  return keys.length === 2 && keys[0] !== keys[1] ? keys : [...new Set(keys)];
}

/** Titles with kind and year. */
export function titleKeys({ kind, titles, originalTitle, year }: Described): string[] {
  if (year === undefined) return [];
  const all = Object.values(titles);
  if (originalTitle) all.push(originalTitle);
  return all.map((title) => `${kind}:${titleKey(title)}|${year}`);
}

/** What two descriptions of one film would agree in beside title and year. */
export function factsOf(film: Described): string[] {
  const facts = uniqueIds(film);
  const { wikipedia } = film.externalIds;
  if (wikipedia) facts.push(`wikipedia:${wikipedia}`);
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
