/** What films say about people. Pure. */
import type { Film } from "./film.contract.ts";
import type { Person } from "./people.contract.ts";

type Said = Pick<Person, "id" | "name" | "otherNames" | "externalIds">;

/** What some films say of their people, each person once. */
export function peopleOf(films: readonly Pick<Film, "cast" | "crew">[]): Map<string, Said> {
  const people = new Map<string, Said>();
  for (const { person, name, imdb } of films.flatMap(({ cast, crew }) => [...cast, ...crew])) {
    const said: Said = { id: person, name, otherNames: [], externalIds: imdb ? { imdb } : {} };
    const known = people.get(person);
    people.set(person, known ? (learnt(known, said) ?? known) : said);
  }
  return people;
}

/** The person with what was not known before; undefined when nothing is new. */
export function learnt<P extends Said>(known: P, said: Said): P | undefined {
  const names = [said.name, ...said.otherNames].filter(
    (name) => name !== known.name && !known.otherNames.includes(name),
  );
  const externalIds = { ...said.externalIds, ...known.externalIds };
  const isNew = Object.keys(externalIds).length > Object.keys(known.externalIds).length;
  if (names.length === 0 && !isNew) return undefined;
  return { ...known, otherNames: [...known.otherNames, ...names], externalIds };
}
