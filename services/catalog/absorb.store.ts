/**
 * Takes in rows of a source by the hundred: one look-up, then each row in its order is known,
 * merged or new, also against the rows before it; then one write of what is new and one per film
 * that changed. Sent again after a crash it finds its own rows and answers as before.
 */
import type { z } from "zod";
import { Conflict, Duplicate } from "../../mixins/documents/failures.ts";
import type { Store } from "../../mixins/documents/store.ts";
import { newId } from "../shared/ids.ts";
import { message, type SendOptions } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import type { Absorbed, absorb } from "./absorb.contract.ts";
import { Desk, type Kept, keysOf } from "./desk.ts";
import type { Hand } from "./film.ts";
import { changed } from "./films.contract.ts";
import { type FilmDocument, sharing } from "./films.store.ts";

type Asked = z.output<typeof absorb.params>;
type Result = z.output<typeof Absorbed>;

/** Another writer may come between look-up and write: then all is looked up anew. */
const tries = 3;

export async function absorbed(
  store: Store<FilmDocument>,
  asked: Asked,
  hand: Hand,
  because: SendOptions["because"],
): Promise<Result[]> {
  for (let left = tries - 1; ; left--) {
    try {
      return await absorbOnce(store, asked, hand, because);
    } catch (error) {
      const isRace = isProblem(error, Conflict) || isProblem(error, Duplicate);
      if (!isRace || left === 0) throw error;
    }
  }
}

async function absorbOnce(
  store: Store<FilmDocument>,
  asked: Asked,
  hand: Hand,
  because: SendOptions["because"],
): Promise<Result[]> {
  const keys = new Set(asked.rows.flatMap(keysOf));
  const desk = new Desk(await sharing(store, [...keys]), newId);
  const results = asked.rows.map((row) => desk.take(row, asked, hand));
  const telling = ({ id, state }: Pick<Kept, "id" | "state">, version: number) => ({
    tell: [
      { channel: changed.name, message: message(changed, { id, version, state }, { because }) },
    ],
  });
  await store.insertMany(desk.fresh().map((film) => ({ draft: film, writing: telling(film, 1) })));
  for (const film of desk.mended()) {
    await store.replace(film as FilmDocument, telling(film, film.version + 1));
  }
  return results;
}
