import { z } from "zod";
import { action, channel, page } from "../shared/contract.ts";
import { PersonId } from "./credits.contract.ts";
import {
  Film,
  FilmChanges,
  FilmDraft,
  FilmId,
  Genre,
  Kind,
  State,
  Version,
  Year,
} from "./film.contract.ts";
import { Misplaced, NotFound, Stale, StateRefused, Taken } from "./problems.contract.ts";

const one = z.strictObject({ id: FilmId });
const edit = z.strictObject({ id: FilmId, version: Version });

export const get = action("films.get", one, Film, {
  summary: "One film.",
  route: "GET /v1/films/{id}",
  opens: { public: "guest", admin: "operator" },
  socket: true,
  problems: [NotFound],
  cacheSeconds: 60,
});
export const many = action(
  "films.many",
  z.strictObject({ ids: z.array(FilmId).max(500) }),
  z.array(Film),
  { summary: "Films by their ids, in any state; unknown ids are left out." },
);
export const untold = action(
  "films.untold",
  z.strictObject({}),
  z.strictObject({ count: z.int() }),
  { summary: "How many films have changes that were not told yet, up to a thousand." },
);
export const list = action(
  "films.list",
  z.strictObject({
    kind: Kind.optional(),
    genre: Genre.optional(),
    state: State.optional(),
    yearFrom: Year.optional(),
    yearTo: Year.optional(),
    person: PersonId.optional(),
    series: FilmId.optional(),
    sort: z.enum(["id", "-id", "year", "-year", "title", "-title"]).default("-year"),
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().max(1000).optional(),
  }),
  page(Film),
  {
    summary: "Films by filters, sorted, page by page.",
    route: "GET /v1/films",
    opens: { public: "guest", admin: "operator" },
    cacheSeconds: 60,
  },
);
export const create = action("films.create", FilmDraft, Film, {
  summary: "A new film, as a draft.",
  route: "POST /v1/films",
  status: 201,
  opens: { admin: "operator" },
  problems: [Taken, ...Misplaced],
  claims: true,
});
export const change = action(
  "films.change",
  z.strictObject({ ...edit.shape, changes: FilmChanges }),
  Film,
  {
    summary: "Edits the named fields of a film at the version that was read; null empties a field.",
    route: "PATCH /v1/films/{id}",
    opens: { admin: "operator" },
    problems: [NotFound, Stale, Taken, ...Misplaced],
  },
);
const move = (to: "publish" | "withdraw", summary: string) =>
  action(`films.${to}`, one.extend({ version: Version.optional() }), Film, {
    summary,
    route: `POST /v1/films/{id}/${to}`,
    opens: { admin: "operator" },
    problems: [NotFound, Stale, StateRefused],
    idempotent: true,
  });
export const publish = move("publish", "Shows a film to everybody.");
export const withdraw = move("withdraw", "Takes a film away from everybody.");

export const history = action(
  "films.history",
  one,
  z.array(
    z.strictObject({
      version: Version,
      time: z.iso.datetime(),
      by: z.string(),
      did: z.string(),
      fields: z.array(z.string()),
    }),
  ),
  {
    summary: "Who changed what, the newest first.",
    route: "GET /v1/films/{id}/history",
    opens: { admin: "operator" },
    problems: [NotFound],
  },
);

/** A film was made, changed, or changed its state. */
export const changed = channel(
  "films.changed.v1",
  z.strictObject({ id: FilmId, version: Version, state: State }),
  ({ id }) => id,
);
