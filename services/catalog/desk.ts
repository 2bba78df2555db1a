/**
 * The films on the desk while rows of a source are taken in: those that were there and those that
 * the rows before made. Pure but for its own memory.
 */
import type { z } from "zod";
import type { Absorbed, absorb, MatchCard } from "./absorb.contract.ts";
import { decide } from "./deciding.contract.ts";
import { identifying, uniqueIds } from "./external-ids.contract.ts";
import type { FilmBody, Hand } from "./film.ts";
import { cardOf, matchKeys, mostNear, mostRows, rowKey } from "./matching.contract.ts";
import { born, type Imported, merged } from "./merging.ts";

type Run = Pick<z.output<typeof absorb.params>, "run" | "state">;
type Result = z.output<typeof Absorbed>;
export type Kept = FilmBody & { version: number };

/** Whether this run brought the same row before: then it stands in the file twice. */
const isOf = (run: string, film: Kept, { from }: Imported): boolean =>
  film.rows.some((known) => rowKey(known) === rowKey(from) && known.run === run);

/** Whether a row takes the place of one that an earlier run brought. */
const isEdition = (run: string, film: Kept, { from }: Imported): boolean =>
  film.rows.some((known) => rowKey(known) === rowKey(from) && known.run !== run);

const isMadeAfter = (run: string, { rows: [first] }: Kept, { row }: Imported): boolean =>
  first?.outcome === "loaded" && first.run === run && first.row > row;

const known = new WeakMap<Imported, string[]>();

/** By what the films that a row may be are looked up; asked for twice, made once. */
export function keysOf(row: Imported): string[] {
  const keys = known.get(row) ?? matchKeys(row.film, [row.from]);
  known.set(row, keys);
  return keys;
}

/** The films on the desk while a batch is taken in. */
export class Desk {
  readonly #films = new Map<string, Kept>();
  readonly #byKey = new Map<string, string[]>();
  readonly #cards = new WeakMap<Kept, MatchCard>();
  readonly #fresh = new Set<string>();
  readonly #mended = new Set<string>();

  readonly #newId: () => string;

  /** @param films all that share a key with any row to come, in the order of their ids */
  constructor(films: readonly Kept[], newId: () => string) {
    this.#newId = newId;
    for (const film of films) this.#lay(film);
  }

  /** Decides what a row is, and lays the film that comes of it on the desk. */
  take(row: Imported, { run, state }: Run, hand: Hand): Result {
    const decision = decide(row.from, row.film, this.#candidates(row, run));
    const { near } = decision;
    if (decision.is === "new") {
      const made = born(this.#ownIds(row), { run, near }, this.#newId(), state, hand);
      const film = { ...made, version: 0 };
      this.#lay(film);
      this.#fresh.add(film.id);
      return { outcome: "loaded", id: film.id, near };
    }
    const film = this.#films.get(decision.card.id) as Kept;
    const before = film.rows.find((known) => known.run === run && known.row === row.row);
    if (before) return { outcome: before.outcome, id: film.id, near: before.near ?? 0 };
    if (decision.is === "known") {
      const outcome = isOf(run, film, row) ? "merged" : "unchanged";
      return { outcome, id: film.id, near };
    }
    if (film.rows.length >= mostRows && !isEdition(run, film, row)) {
      return { outcome: "merged", id: film.id, near };
    }
    this.#lay(merged(film, this.#ownIds(row, film.id), { run, near }, hand));
    if (!this.#fresh.has(film.id)) this.#mended.add(film.id);
    return { outcome: "merged", id: film.id, near };
  }

  /** Films that later rows of this run made were not there when the row first came. */
  #candidates(row: Imported, run: string): MatchCard[] {
    const cards = new Map<string, MatchCard>();
    for (const key of keysOf(row)) {
      let left = mostNear + 1;
      for (const id of this.#byKey.get(key) ?? []) {
        const film = this.#films.get(id);
        if (!film || isMadeAfter(run, film, row)) continue;
        cards.set(id, cards.get(id) ?? this.#cardOf(film));
        if (--left === 0) break;
      }
    }
    return [...cards.values()];
  }

  #cardOf(film: Kept): MatchCard {
    const card = this.#cards.get(film) ?? cardOf(film.id, film, film.rows);
    this.#cards.set(film, card);
    return card;
  }

  /**
   * The row without the external ids that another film has: an id is one film's, and a row that
   * names two films by their ids belongs to the one that it matched.
   */
  #ownIds(row: Imported, id?: string): Imported {
    if (!identifying.some((name) => row.film.externalIds[name])) return row;
    const externalIds = { ...row.film.externalIds };
    for (const name of identifying) {
      const [key = ""] = uniqueIds({ ...row.film, externalIds: { [name]: externalIds[name] } });
      const holders = this.#byKey.get(key) ?? [];
      if (holders.some((holder) => holder !== id)) delete externalIds[name];
    }
    return { ...row, film: { ...row.film, externalIds } };
  }

  /** Films to insert. */
  fresh(): FilmBody[] {
    return [...this.#fresh].map((id) => this.#films.get(id) as Kept);
  }

  /** Films to write over. */
  mended(): Kept[] {
    return [...this.#mended].flatMap((id) => this.#films.get(id) ?? []);
  }

  #lay(film: Kept): void {
    this.#films.set(film.id, film);
    for (const key of film.match) {
      const ids = this.#byKey.get(key);
      if (!ids) this.#byKey.set(key, [film.id]);
      else if (!ids.includes(film.id)) ids.push(film.id);
    }
  }
}
