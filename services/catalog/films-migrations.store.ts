/** How films of earlier versions become what this one knows. */
import { Duplicate } from "../../mixins/documents/failures.ts";
import type { Store } from "../../mixins/documents/store.ts";
import type { Migrations } from "../../mixins/migrations/migration.ts";
import { isProblem } from "../shared/problem.ts";
import { uniqueIds } from "./external-ids.contract.ts";
import { type FilmDocument, films } from "./films.store.ts";

/** Films were kept before they said which of their external ids are theirs alone. */
async function idsOfFilms(store: Store<FilmDocument>): Promise<void> {
  for await (const batch of store.each()) {
    for (const film of batch) {
      if ((film.ids as string[] | undefined) === undefined) await giveIds(store, film);
    }
  }
}

/** What another film has already stays that one's: the first that was made, as ids are in order. */
async function giveIds(store: Store<FilmDocument>, film: FilmDocument): Promise<void> {
  for (let ids = uniqueIds(film); ; ) {
    try {
      await store.replace({ ...film, ids });
      return;
    } catch (error) {
      if (!isProblem(error, Duplicate)) throw error;
      const { value } = (error as unknown as { data: { value: string } }).data;
      if (!ids.includes(value)) throw error;
      ids = ids.filter((id) => id !== value);
    }
  }
}

export const filmsMigrations: Migrations = {
  actor: "films",
  steps: [
    {
      number: 1,
      name: "films know their unique ids",
      up: async (open) => idsOfFilms(await open(films)),
    },
  ],
};
