/**
 * People: owns names and external ids of those who made the films. It learns of them from
 * `films.changed.v1`, so a person is there soon after the film is. Their films stay with the films.
 */
import type { Context, ServiceSchema } from "moleculer";
import { inParts } from "../../mixins/cluster/halving.ts";
import { Coalescer } from "../../mixins/coalesce.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { raced } from "../../mixins/racing.ts";
import type { Meta } from "../shared/contract.ts";
import { call, wiring } from "../shared/wire.ts";
import type { Film } from "./film.contract.ts";
import { onlyState } from "./film-view.ts";
import * as films from "./films.contract.ts";
import * as people from "./people.contract.ts";
import { people as collection, type PersonDocument } from "./people.store.ts";
import { learnt, peopleOf } from "./people.ts";

interface PeopleService extends WithStore<PersonDocument> {
  changed: Coalescer<string>;
}

const { serve, follow } = wiring<PeopleService>();

export default {
  name: "people",
  mixins: [documents(collection)],

  actions: {
    ...serve(people.get, async function (ctx) {
      const person = await load(this, ctx.params.id);
      await mustBeSeen(ctx);
      return shown(person);
    }),

    ...serve(people.films, async function (ctx) {
      const { id, limit, cursor } = ctx.params;
      await load(this, id);
      await mustBeSeen(ctx);
      const page = await call(ctx, films.list, { person: id, sort: "-year", limit, cursor });
      return { items: page.items.flatMap((film) => partsOf(id, film)), next: page.next };
    }),
  },

  channels: {
    // Twice is once: what is known already changes nothing.
    ...follow(films.changed, { group: "people", maxInFlight: 500 }, function ({ id }) {
      return this.changed.add(id);
    }),
  },

  created(this: PeopleService) {
    // Another node may learn of the same person at the same time.
    this.changed = new Coalescer((ids) => raced(() => learn(this, ids)));
  },
} as unknown as ServiceSchema;

async function load(self: PeopleService, id: string): Promise<PersonDocument> {
  const person = await self.store.get(id);
  if (!person) throw people.PersonNotFound({ id });
  return person;
}

/** Guests know the people of published films only. @throws PersonNotFound */
async function mustBeSeen(ctx: Context<{ id: string }, Meta>): Promise<void> {
  if (!onlyState(ctx.meta.caller)) return;
  const { id } = ctx.params;
  const { items } = await call(ctx, films.list, { person: id, limit: 1 });
  if (items.length === 0) throw people.PersonNotFound({ id });
}

const shown = ({ id, version, name, otherNames, externalIds }: PersonDocument): people.Person => ({
  id,
  version,
  name,
  otherNames,
  externalIds,
});

function partsOf(person: string, film: Film) {
  const { id, title, year, state } = film;
  const base = { film: id, title, state, ...(year === undefined ? {} : { year }) };
  const cast = film.cast.map(({ character, ...place }) => ({
    person: place.person,
    part: { ...base, job: "actor", ...(character ? { character } : {}) },
  }));
  const crew = film.crew.map(({ job, person }) => ({ person, part: { ...base, job } }));
  return [...cast, ...crew].filter((place) => place.person === person).map(({ part }) => part);
}

async function learn(self: PeopleService, ids: readonly string[]): Promise<void> {
  const many = (some: string[]) => call(self.broker, films.many, { ids: some });
  const said = peopleOf(await inParts([...new Set(ids)], many));
  const known = new Map((await self.store.many([...said.keys()])).map((doc) => [doc.id, doc]));
  const unknown = [...said.values()].filter(({ id }) => !known.has(id));
  if (unknown.length > 0) await self.store.insertMany(unknown.map((draft) => ({ draft })));
  for (const [id, doc] of known) {
    const more = learnt(doc, said.get(id) ?? doc);
    if (more) await self.store.replace(more);
  }
}
