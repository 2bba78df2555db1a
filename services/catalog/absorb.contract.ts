/** How imports hand films over: rows by the hundred, matched and merged by the owner of films. */
import { z } from "zod";
import { action } from "../shared/contract.ts";
import { exact } from "./exact.contract.ts";
import { FilmDraft, FilmId, State } from "./film.contract.ts";

/** A named order: for each field the first of these that has it decides. */
export const sources = ["editor", "imdb", "wikipedia", "movielens", "table"] as const;
export const Source = z.enum(sources);

/** Which row of which source a film came from, and the hash of its content. */
export const SourceRow = z.strictObject({
  source: Source,
  key: z.string().min(1).max(400),
  hash: z.string().regex(/^[0-9a-f]{16,64}$/),
});

export const ImportedRow = z.strictObject({
  /** Ordinal of the row in its file, from 1: a row sent again is known by it. */
  row: z.int().min(1),
  from: SourceRow,
  film: FilmDraft,
});

/** `loaded` a new film, `merged` into one that was there, `unchanged` known already. */
export const Outcome = z.enum(["loaded", "merged", "unchanged"]);

export const Absorbed = z.strictObject({
  outcome: Outcome,
  id: FilmId,
  /** Films of the same title and year that did not agree in anything else. */
  near: z.int().min(0),
});

export const absorb = action(
  "films.absorb",
  z.strictObject({
    /** The import: a row that it sends again after a crash gets the outcome it had. */
    run: z.uuid(),
    state: State.exclude(["withdrawn"]).default("published"),
    rows: z.array(exact(ImportedRow)).max(500),
  }),
  z.array(Absorbed),
  {
    summary: "Matches rows of a source with films, creates or merges; in their order.",
    idempotent: true,
  },
);

/** What matching needs to know of a film or a row. */
export const MatchCard = z.strictObject({
  id: FilmId,
  kind: z.string(),
  keys: z.array(z.string()),
  year: z.int().nullable(),
  facts: z.array(z.string()),
  rows: z.array(SourceRow),
});
export type MatchCard = z.output<typeof MatchCard>;

export const cards = action(
  "films.cards",
  z.strictObject({ keys: z.array(z.string()).max(5000) }),
  z.array(MatchCard),
  { summary: "The match cards of the films that have any of these match keys." },
);
