/** The states of a film and the ways between them. Pure. */
import { type FilmBody, type FilmState, type Hand, remembered } from "./film.ts";

const moves: Record<FilmState, readonly FilmState[]> = {
  draft: ["published"],
  published: ["withdrawn"],
  withdrawn: ["published"],
};

export const mayMove = (from: FilmState, to: FilmState): boolean => moves[from].includes(to);

/** The film in another state. */
export const moved = <F extends FilmBody & { version: number }>(
  film: F,
  state: FilmState,
  hand: Hand,
): F => remembered({ ...film, state }, state, [], hand);
