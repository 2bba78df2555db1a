/** The rules of a film: how it is made, edited and moved between states. Pure. */
import type { z } from "zod";
import { titleKey } from "../shared/text.ts";
import type { Source, SourceRow } from "./absorb.contract.ts";
import { uniqueIds } from "./external-ids.contract.ts";
import { differing, fieldIn, lasting, same, withoutNulls } from "./fields.ts";
import type { Film, FilmChanges, FilmDraft, State } from "./film.contract.ts";
import { matchKeys, rowKey } from "./matching.contract.ts";
import { personId } from "./people.contract.ts";

export type FilmState = z.output<typeof State>;
export type SourceName = z.output<typeof Source>;

export interface HistoryEntry {
  version: number;
  time: string;
  by: string;
  did: string;
  fields: string[];
}

/** A row that went into a film, and which run brought it as what. */
export interface AbsorbedRow extends z.output<typeof SourceRow> {
  run: string;
  row: number;
  outcome: "loaded" | "merged";
  /** How many films were near it, where some were. */
  near?: number;
}

type Details = Omit<
  Film,
  "id" | "version" | "state" | "title" | "language" | "extract" | "createdAt" | "updatedAt"
>;

/** What a film says, and what is kept beside it to find, match and explain it. */
export interface FilmBody extends Details {
  id: string;
  state: FilmState;
  /** Folded title: for sorting. */
  sortTitle: string;
  /** The people of cast and crew: for their films. */
  people: string[];
  /** The external ids that are its alone, by their names: no two films share one. */
  ids: string[];
  /** What imports match by. */
  match: string[];
  /** The first row, where an import made the film: no row makes two. */
  origin?: string;
  rows: AbsorbedRow[];
  /** Which source decided a field (`titles/en` for one language) where `origin` did not. */
  provenance: Record<string, SourceName>;
  /** The last changes, the newest last. */
  history: HistoryEntry[];
}

const longestHistory = 200;

/** Who changes a film, when. */
export interface Hand {
  by: string;
  time: string;
}

/** A new film of a draft; of the row of a source where an import brings it. */
export function made(
  draft: FilmDraft,
  id: string,
  state: FilmState,
  hand: Hand,
  row?: AbsorbedRow,
): FilmBody {
  return refreshed({
    ...draft,
    cast: draft.cast.map(credited),
    crew: draft.crew.map(credited),
    id,
    state,
    sortTitle: "",
    people: [],
    ids: [],
    match: [],
    ...(row ? { origin: rowKey(row) } : {}),
    rows: row ? [row] : [],
    provenance: {},
    history: [{ version: 1, did: row ? `imported ${row.source}` : "created", fields: [], ...hand }],
  });
}

/** The film with the changes made and remembered; the same film when nothing changes. */
export function edited<F extends FilmBody & { version: number }>(
  film: F,
  changes: FilmChanges,
  hand: Hand,
): F {
  const { cast, crew, ...rest } = changes;
  const given: object = {
    ...withoutNulls(rest),
    ...(cast ? { cast: cast.map(credited) } : {}),
    ...(crew ? { crew: crew.map(credited) } : {}),
  };
  const isNew = (name: string) => !same(fieldIn(given, name), fieldIn(film, name));
  const fields = Object.keys(given).filter(isNew);
  if (fields.length === 0) return film;
  const provenance = { ...film.provenance };
  for (const name of fields.flatMap((field) => differing(field, film, given))) {
    provenance[name] = "editor";
  }
  const next = refreshed(lasting({ ...film, ...given, provenance }));
  return remembered(next, "edited", fields, hand);
}

/** The film with one more change in its history. Its version is that of the write to come. */
export function remembered<F extends FilmBody & { version: number }>(
  film: F,
  did: string,
  fields: string[],
  hand: Hand,
): F {
  const entry = { version: film.version + 1, did, fields, ...hand };
  return { ...film, history: [...film.history, entry].slice(-longestHistory) };
}

/** Derives what is derived from the rest anew, in place: its callers have just made the film. */
export function refreshed<F extends FilmBody>(film: F): F {
  const title = film.titles.en ?? Object.values(film.titles)[0] ?? "";
  film.sortTitle = titleKey(title);
  const people = new Set<string>();
  for (const { person } of film.cast) people.add(person);
  for (const { person } of film.crew) people.add(person);
  film.people = [...people];
  film.ids = uniqueIds(film);
  film.match = matchKeys(film, film.rows);
  return film;
}

/** A place in the cast or crew with the person it names. */
export const credited = <C extends { name: string; imdb?: string; person?: string }>(
  place: C,
): C & { person: string } =>
  place.person === undefined
    ? { ...place, person: personId(place) }
    : (place as C & { person: string });
