/** How a row of a source becomes part of a film: a named order of sources decides each field. Pure. */
import type { z } from "zod";
import { type ImportedRow, sources } from "./absorb.contract.ts";
import { fieldIn, isEmpty, languageFields, same } from "./fields.ts";
import type { FilmDraft } from "./film.contract.ts";
import {
  type AbsorbedRow,
  credited,
  type FilmBody,
  type FilmState,
  type Hand,
  made,
  refreshed,
  remembered,
  type SourceName,
} from "./film.ts";

export type Imported = z.output<typeof ImportedRow>;
/** Which run brings a row, and how many films are near it. */
interface Absorbing {
  run: string;
  near?: number;
}
type Versioned = FilmBody & { version: number };

const rank = (source: SourceName): number => sources.indexOf(source);

/** A new film of a row. */
export const born = (given: Imported, by: Absorbing, id: string, state: FilmState, hand: Hand) =>
  made(given.film, id, state, hand, absorbedRow(given, by, "loaded"));

const absorbedRow = (
  { from, row }: Imported,
  { run, near = 0 }: Absorbing,
  outcome: AbsorbedRow["outcome"],
): AbsorbedRow => ({ ...from, run, row, outcome, ...(near > 0 ? { near } : {}) });

/** Who decided a field. */
const decider = ({ provenance, origin }: FilmBody, field: string): SourceName => {
  const first = sources.find((source) => origin?.startsWith(`row:${source}:`));
  return provenance[field] ?? first ?? "editor";
};

/**
 * The film with a row merged in. A field is taken when it was empty, when its source is before the
 * one that decided it, or when this is a newer edition of the row that speaks for its source: the
 * first one. What an editor decided stays, also where he left it empty.
 */
export function merged<F extends Versioned>(
  film: F,
  given: Imported,
  by: Absorbing,
  hand: Hand,
): F {
  const { from } = given;
  const older = editionsBefore(film.rows, given, by.run);
  const first = film.rows.find(({ source }) => source === from.source);
  const isEdition = first !== undefined && older.includes(first);
  const provenance = { ...film.provenance };
  const body: Record<string, unknown> = { ...(film as FilmBody), provenance };
  const fields: string[] = [];
  for (const field of decidable(given.film)) {
    const [name = "", tag] = field.split("/");
    const old = fieldIn(body, field);
    const value = valueIn(given.film, field);
    if (!wins(film, field, from.source, isEdition, old) || same(old, value)) continue;
    body[name] = tag ? { ...(body[name] as object), [tag]: value } : value;
    provenance[field] = from.source;
    fields.push(field);
  }
  if (provenance.externalIds !== "editor") {
    body.externalIds = joinedIds(film, given.film, (body as unknown as F).kind);
  }
  if (body.kind !== "episode") delete body.series;
  const row = absorbedRow(given, by, "merged");
  const next = refreshed({ ...(body as unknown as F), rows: withRow(film.rows, older, row) });
  return remembered(next, `merged ${from.source}`, fields, hand);
}

/**
 * The external ids of both, the film's first. TMDB numbers each kind for itself, so its id is worth
 * something only from whoever said the kind that the film comes out as.
 */
function joinedIds(film: FilmBody, row: FilmDraft, kind: string) {
  const of = ({
    kind: own,
    externalIds: { tmdb, ...ids },
  }: Pick<FilmDraft, "kind" | "externalIds">) => (own === kind && tmdb ? { ...ids, tmdb } : ids);
  return { ...of(row), ...of(film) };
}

/**
 * The rows of earlier runs that a row is a newer edition of. A file may hold several rows of one
 * key: the one that stood at the same place is meant, where there is one.
 */
function editionsBefore(rows: readonly AbsorbedRow[], given: Imported, run: string): AbsorbedRow[] {
  const { source, key } = given.from;
  const all = rows.filter((row) => row.source === source && row.key === key && row.run !== run);
  const twin = all.find(({ row }) => row === given.row);
  return twin ? [twin] : all;
}

/** The row in the place of its older editions, or at the end. */
function withRow(
  rows: readonly AbsorbedRow[],
  older: readonly AbsorbedRow[],
  row: AbsorbedRow,
): AbsorbedRow[] {
  const [first] = older;
  if (!first) return [...rows, row];
  return rows.flatMap((old) => (old === first ? row : older.includes(old) ? [] : old));
}

function wins(
  film: FilmBody,
  field: string,
  source: SourceName,
  isEdition: boolean,
  old: unknown,
): boolean {
  if (film.provenance[field] === "editor") return false;
  // An editor who chose the ids has chosen them for this kind.
  if (field === "kind" && film.provenance.externalIds === "editor") return false;
  if (isEmpty(old)) return true;
  const held = rank(decider(film, field));
  return rank(source) < held || (rank(source) === held && isEdition);
}

const valueIn = (film: FilmDraft, field: string): unknown =>
  field === "cast" || field === "crew" ? film[field].map(credited) : fieldIn(film, field);

/** The fields that a draft says something about; ids are joined, not decided. */
const decidable = (film: FilmDraft): string[] =>
  Object.entries(film)
    .filter(([name, value]) => name !== "externalIds" && !isEmpty(value))
    .flatMap(([name]) => languageFields(name, film));
