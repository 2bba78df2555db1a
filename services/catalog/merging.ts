/** How a row of a source becomes part of a film: a named order of sources decides each field. Pure. */
import type { z } from "zod";
import { type ImportedRow, sources } from "./absorb.contract.ts";
import { isEmpty, languageFields, same } from "./fields.ts";
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
type Versioned = FilmBody & { version: number };

const rank = (source: SourceName): number => sources.indexOf(source);

/** A new film of a row. */
export const born = (given: Imported, run: string, id: string, state: FilmState, hand: Hand) =>
  made(given.film, id, state, hand, { ...given.from, run, row: given.row, outcome: "loaded" });

/** Who decided a field. */
const decider = ({ provenance, origin }: FilmBody, field: string): SourceName => {
  const first = sources.find((source) => origin?.startsWith(`row:${source}:`));
  return provenance[field] ?? first ?? "editor";
};

/**
 * The film with a row merged in. A field is taken when it was empty, when its source is before the
 * one that decided it, or when this is a newer edition of the row that decided it.
 */
export function merged<F extends Versioned>(film: F, given: Imported, run: string, hand: Hand): F {
  const { from } = given;
  const isEdition = film.rows.some(
    (row) => row.source === from.source && row.key === from.key && row.run !== run,
  );
  const provenance = { ...film.provenance };
  const body: Record<string, unknown> = { ...(film as FilmBody), provenance };
  const fields: string[] = [];
  for (const field of decidable(given.film)) {
    const [name = "", tag] = field.split("/");
    const old = tag ? (body[name] as Record<string, unknown>)[tag] : body[name];
    const value = valueIn(given.film, name, tag);
    if (!wins(decider(film, field), from.source, isEdition, old) || same(old, value)) continue;
    body[name] = tag ? { ...(body[name] as object), [tag]: value } : value;
    provenance[field] = from.source;
    fields.push(field);
  }
  body.externalIds = { ...given.film.externalIds, ...film.externalIds };
  const rows = [...film.rows.filter((row) => !(isEdition && replaces(from, row, run)))];
  const row: AbsorbedRow = { ...from, run, row: given.row, outcome: "merged" };
  const next = refreshed({ ...(body as unknown as F), rows: [...rows, row] });
  return remembered(next, `merged ${from.source}`, fields, hand);
}

const replaces = (from: Imported["from"], row: AbsorbedRow, run: string): boolean =>
  row.source === from.source && row.key === from.key && row.run !== run;

function wins(
  decidedBy: SourceName,
  source: SourceName,
  isEdition: boolean,
  old: unknown,
): boolean {
  if (isEmpty(old)) return true;
  const held = rank(decidedBy);
  return rank(source) < held || (rank(source) === held && isEdition);
}

function valueIn(film: FilmDraft, name: string, tag: string | undefined): unknown {
  const value = film[name as keyof FilmDraft];
  if (tag) return (value as Record<string, unknown>)[tag];
  return name === "cast" || name === "crew" ? film[name].map(credited) : value;
}

/** The fields that a draft says something about; ids are joined, not decided. */
const decidable = (film: FilmDraft): string[] =>
  Object.entries(film)
    .filter(([name, value]) => name !== "externalIds" && !isEmpty(value))
    .flatMap(([name]) => languageFields(name, film));
