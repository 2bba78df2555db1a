/**
 * Films: owns what there is to watch and its states. Every change is one write that holds the film,
 * its history and the message `films.changed.v1`. Editors win over imports. A film is never deleted:
 * it is withdrawn.
 */
import type { Context, ServiceSchema } from "moleculer";
import type { z } from "zod";
import { fitting } from "../../mixins/cluster/halving.ts";
import type { Writing } from "../../mixins/documents/born.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { Conflict, Duplicate } from "../../mixins/documents/failures.ts";
import { Turns } from "../../mixins/turns.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { message } from "../shared/message.ts";
import { isProblem, type Problem } from "../shared/problem.ts";
import { tells, wiring } from "../shared/wire.ts";
import { absorb, cards } from "./absorb.contract.ts";
import { absorbed } from "./absorb.store.ts";
import type { Film } from "./film.contract.ts";
import { edited, type FilmBody, type FilmState, type Hand, made } from "./film.ts";
import { onlyState, shown } from "./film-view.ts";
import * as films from "./films.contract.ts";
import {
  films as collection,
  type FilmDocument,
  type Listing,
  listed,
  sharing,
} from "./films.store.ts";
import { cardOf } from "./matching.contract.ts";
import { HasEpisodes, NotFound, Stale, StateRefused, Taken } from "./problems.contract.ts";
import { isReplaced, seriesFault } from "./series.ts";
import { mayMove, moved } from "./states.ts";

export interface FilmsService extends WithStore<FilmDocument> {
  turns: Turns;
}

type FilmPage = z.output<typeof films.list.result>;
type Asked<P = object> = Context<P, Meta>;

const { serve } = wiring<FilmsService>();

export default {
  name: "films",
  mixins: [documents(collection)],
  metadata: tells(films.changed),

  actions: {
    ...serve(films.get, async function (ctx) {
      return shown(await load(this, ctx), ctx.meta.languages);
    }),

    ...serve(films.many, async function (ctx) {
      const found = await this.store.many(ctx.params.ids);
      return found.map((film) => shown(film, ctx.meta.languages));
    }),

    ...serve(films.list, async function (ctx) {
      const state = onlyState(ctx.meta.caller) ?? ctx.params.state;
      return list(this, ctx, { ...ctx.params, state });
    }),

    ...serve(films.untold, async function () {
      return { count: await this.store.untold(1_000) };
    }),

    ...serve(films.create, async function (ctx) {
      const draft = made(ctx.params, newId(), "draft", hand(ctx));
      await mustFit(this, draft);
      const key = ctx.meta.idempotencyKey;
      const claim = key && `films.create:${hand(ctx).by}:${key}`;
      try {
        const film = await this.store.insert(draft, { claim, ...telling(ctx, draft, 1) });
        return shown(film, ctx.meta.languages);
      } catch (error) {
        const before = claim && (await this.store.claimed(claim));
        if (before) return shown(before, ctx.meta.languages);
        throw refused(error);
      }
    }),

    ...serve(films.change, async function (ctx) {
      const film = await load(this, ctx);
      const next = edited(film, ctx.params.changes, hand(ctx));
      if (isReplaced(film, next)) await mustFit(this, next);
      return save(this, ctx, film, next);
    }),

    ...serve(films.publish, function (ctx) {
      return move(this, ctx, "published");
    }),

    ...serve(films.withdraw, function (ctx) {
      return move(this, ctx, "withdrawn");
    }),

    ...serve(films.history, async function (ctx) {
      return (await load(this, ctx)).history.toReversed();
    }),

    ...serve(absorb, function (ctx) {
      return this.turns.run("absorb", () => absorbed(this.store, ctx.params, hand(ctx), ctx));
    }),

    ...serve(cards, async function (ctx) {
      const found = await sharing(this.store, ctx.params.keys);
      return found.map((film) => cardOf(film.id, film, film.rows));
    }),
  },

  created(this: FilmsService) {
    this.turns = new Turns();
  },
} as unknown as ServiceSchema;

/** One page, a shorter one where the films of it are too large for one answer. */
async function list(self: FilmsService, ctx: Asked, asked: Listing): Promise<FilmPage> {
  const page = await listed(self.store, asked);
  const items = page.items.map((film) => shown(film, ctx.meta.languages));
  const limit = fitting(items);
  return limit < items.length ? list(self, ctx, { ...asked, limit }) : { items, next: page.next };
}

const hand = (ctx: Asked): Hand => ({ by: ctx.meta.caller?.id ?? "house", time: clock.iso() });

/** The film asked for, if its asker may see it. @throws NotFound, Stale */
async function load(
  self: FilmsService,
  ctx: Asked<{ id: string; version?: number | undefined }>,
): Promise<FilmDocument> {
  const { id, version } = ctx.params;
  const film = await self.store.get(id);
  const only = onlyState(ctx.meta.caller);
  if (!film || (only && film.state !== only)) throw NotFound({ id });
  if (version !== undefined && version !== film.version) throw stale(film, ctx);
  return film;
}

/** @throws the fault of its place among series and episodes */
async function mustFit({ store }: FilmsService, film: FilmBody): Promise<void> {
  const fault = seriesFault(film, film.series && (await store.get(film.series.id)));
  if (fault) throw fault;
  if (film.kind === "series") return;
  const episodes = await store.find({ where: { "series.id": film.id }, limit: 1 });
  if (episodes.items.length > 0) throw HasEpisodes();
}

const stale = (film: FilmDocument, ctx: Asked): Problem =>
  Stale({ current: film.version, film: shown(film, ctx.meta.languages) });

/** The message that tells of a film at a version. */
const telling = (
  because: Asked,
  { id, state }: Pick<FilmDocument, "id" | "state">,
  version: number,
): Writing => ({
  tell: [
    {
      channel: films.changed.name,
      message: message(films.changed, { id, version, state }, { because }),
    },
  ],
});

async function save(self: FilmsService, ctx: Asked, film: FilmDocument, next: FilmDocument) {
  if (next === film) return shown(film, ctx.meta.languages);
  try {
    const saved = await self.store.replace(next, telling(ctx, next, film.version + 1));
    return shown(saved, ctx.meta.languages);
  } catch (error) {
    const current = isProblem(error, Conflict) ? await self.store.get(film.id) : undefined;
    throw current ? stale(current, ctx) : refused(error);
  }
}

async function move(
  self: FilmsService,
  ctx: Asked<{ id: string; version?: number | undefined }>,
  state: FilmState,
): Promise<Film> {
  const film = await load(self, ctx);
  if (film.state === state) return shown(film, ctx.meta.languages);
  if (!mayMove(film.state, state)) throw StateRefused({ state: film.state, wanted: state });
  try {
    return await save(self, ctx, film, moved(film, state, hand(ctx)));
  } catch (error) {
    // Who names no version means whichever there is, also one that has come meanwhile.
    if (ctx.params.version !== undefined || !isProblem(error, Stale)) throw error;
    return move(self, ctx, state);
  }
}

const refused = (error: unknown): unknown =>
  isProblem(error, Duplicate) ? Taken({ id: String((error as Problem).data.value) }) : error;
