import { z } from "zod";
import { action, page } from "../shared/contract.ts";
import { idFromName } from "../shared/ids.ts";
import { problem } from "../shared/problem.ts";
import { fold } from "../shared/text.ts";
import { PersonId } from "./credits.contract.ts";
import { ExternalIds } from "./external-ids.contract.ts";
import { FilmId, State, Version, Year } from "./film.contract.ts";

export const PersonNotFound = problem(
  "PERSON_NOT_FOUND",
  404,
  {
    en: "There is no person {id}. Take the id from a film's cast or crew.",
    ru: "Человека {id} нет. Возьмите идентификатор из состава фильма.",
  },
  z.object({ id: z.string() }),
);

export const Person = z.strictObject({
  id: PersonId,
  version: Version,
  name: z.string(),
  otherNames: z.array(z.string()),
  externalIds: ExternalIds,
});
export type Person = z.output<typeof Person>;

/** A place of a person in a film. */
export const Part = z.strictObject({
  film: FilmId,
  title: z.string(),
  year: Year.optional(),
  state: State,
  job: z.string(),
  character: z.string().optional(),
});

const one = z.strictObject({ id: PersonId });

export const get = action("people.get", one, Person, {
  summary: "One person.",
  route: "GET /v1/people/{id}",
  opens: { public: "guest", admin: "operator" },
  problems: [PersonNotFound],
  cacheSeconds: 60,
});
export const films = action(
  "people.films",
  z.strictObject({
    id: PersonId,
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().max(1000).optional(),
  }),
  page(Part),
  {
    summary: "The films of a person, the newest first.",
    route: "GET /v1/people/{id}/films",
    opens: { public: "guest", admin: "operator" },
    problems: [PersonNotFound],
    cacheSeconds: 60,
  },
);

/** Namespace of people's ids: a UUID made for this purpose. */
const namespace = "8f1b2f0e-7b57-4a3c-9a55-52d1a6f0c1d4";

/**
 * The stable id of a person: from the external id where a source gives one, else from the folded
 * name. Sources that give names only cannot tell namesakes apart, and neither can we.
 */
export function personId({ name, imdb }: { name: string; imdb?: string | undefined }): string {
  return idFromName(namespace, imdb ? `imdb:${imdb}` : `name:${fold(name) || name}`);
}
