/**
 * Sessions: owns the families of refresh tokens, one to a device that has signed in. Of tokens it
 * keeps hashes; every use makes the successor in one write; a stolen one ends its family. What the
 * doors must refuse is told at once, and to whoever asks.
 */
import type { Context, ServiceSchema } from "moleculer";
import { env } from "../../config/env.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { Conflict } from "../../mixins/documents/failures.ts";
import { sweeping } from "../../mixins/sweeping.ts";
import { Turns } from "../../mixins/turns.ts";
import { secured, type Tokens } from "../accounts/account.contract.ts";
import { answered, erased, ownerOf } from "../accounts/accounts.contract.ts";
import { acted } from "../accounts/audit.contract.ts";
import { wanted } from "../accounts/mail.contract.ts";
import { facts } from "../accounts/support.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { type Sender, send } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import { call, tells, wiring } from "../shared/wire.ts";
import * as ending from "./ending.contract.ts";
import { finish, letterOfTheft, secure, stripped, tidied } from "./ending.store.ts";
import { judged, type Presented, placeOf, read, revocationOf, rotated, shown } from "./family.ts";
import { access, asItIs, refreshKey as key, tokens } from "./issuing.adapter.ts";
import * as sessions from "./sessions.contract.ts";
import * as kept from "./sessions.store.ts";

type SessionDocument = kept.SessionDocument;
interface SessionsService extends WithStore<SessionDocument> {
  broker: WithStore<SessionDocument>["broker"] & Sender;
  turns: Turns;
}
type Asked = Context<unknown, Meta>;

const { ACCESS_TOKEN_SECONDS, REFRESH_DAYS, REFRESH_GRACE_SECONDS } = env.accounts;
const dayMs = 86_400_000;
const lifeMs = REFRESH_DAYS * dayMs;
const retentionMs = env.accounts.SESSION_RETENTION_DAYS * dayMs;
/** What is written just now may be read a moment later: the next question reaches back so far. */
const overlapMs = 15_000;
const sweepMs = 3_600_000;
const { serve, follow } = wiring<SessionsService>();

export default {
  name: "sessions",
  mixins: [
    sweeping<SessionsService>(sweepMs, ({ store }) => tidied(store, clock.now() - retentionMs)),
    documents(kept.sessions),
  ],
  metadata: tells(acted, sessions.revocation, wanted, answered),

  actions: {
    ...serve(sessions.open, async function (ctx) {
      const { params } = ctx;
      const family = await kept.begun(this.store, params, ctx.meta, { key, lifeMs });
      return tokens(ctx, family, params.roles);
    }),

    ...serve(sessions.refresh, function (ctx) {
      const presented = read(ctx.params.refreshToken);
      if (!presented) throw sessions.RefreshRefused();
      const { device } = ctx.params;
      return this.turns.run(presented.family, () => refreshed(this, ctx, presented, device));
    }),

    ...serve(sessions.list, async function ({ meta }) {
      const { id, session } = ownerOf(meta);
      const found = await kept.living(this.store, id, clock.iso());
      const items = found.map((family) => ({ ...shown(family), current: family.id === session }));
      return { items, next: null };
    }),

    ...serve(sessions.revoke, async function ({ params, meta }) {
      const family = await this.store.get(params.id);
      const { id } = ownerOf(meta, true);
      if (family?.account !== id) throw sessions.SessionNotFound();
      return finish(this, [family], "revoked", meta);
    }),

    ...serve(sessions.signOut, async function ({ meta }) {
      const { session = "" } = ownerOf(meta);
      const family = await this.store.get(session);
      return finish(this, family ? [family] : [], "signed out", meta);
    }),

    ...serve(sessions.signOutAll, async function ({ meta }) {
      const found = await kept.living(this.store, ownerOf(meta, true).id, clock.iso());
      return finish(this, found, "signed out everywhere", meta);
    }),

    ...serve(sessions.stepUp, async function (ctx) {
      const family = await kept.steppedUp(this.store, ctx.params);
      if (!family) throw sessions.RefreshRefused();
      const account = await call(ctx, facts, { id: family.account });
      return asItIs(ctx, account, ({ roles }) => access(ctx, family, roles));
    }),

    ...serve(ending.end, async function ({ params: { session, why } }) {
      const family = await this.store.get(session);
      return finish(this, family ? [family] : [], why);
    }),

    ...serve(ending.secure, function ({ params }) {
      return secure(this, params);
    }),

    ...serve(sessions.revoked, async function ({ params: { since } }) {
      const lately = clock.now() - ACCESS_TOKEN_SECONDS * 1_000 - overlapMs;
      const from = new Date(Math.max(lately, since ? Date.parse(since) : 0)).toISOString();
      const next = new Date(clock.now() - overlapMs).toISOString();
      return { items: (await kept.refusedSince(this.store, from)).map(revocationOf), next };
    }),

    ...serve(sessions.personal, async function ({ params: { id } }) {
      const held: object[] = [];
      for await (const docs of this.store.each({ account: id })) held.push(...docs.map(shown));
      return { actor: "sessions", data: held.length > 0 ? held : null };
    }),
  },

  channels: {
    // Twice is once: what has ended is left alone, and a time is not moved back.
    ...follow(secured, { group: "sessions" }, async function (data) {
      await secure(this, data);
    }),

    // Twice is once: nothing personal is left to remove.
    ...follow(erased, { group: "sessions" }, async function ({ id }, because) {
      await secure(this, { id, at: clock.iso(), ends: true, why: "erased" });
      const removed = await stripped(this.store, id);
      const stays = "ids of ended sessions, until their retention is over";
      const answer = { id, actor: "sessions", removed, kept: stays };
      await send(this.broker, answered, answer, { because });
    }),
  },

  created(this: SessionsService) {
    this.turns = new Turns();
  },
} as unknown as ServiceSchema;

async function refreshed(
  self: SessionsService,
  ctx: Asked,
  presented: Presented,
  device: string,
): Promise<Tokens> {
  const graceMs = REFRESH_GRACE_SECONDS * 1_000;
  const now = clock.now();
  const family = await self.store.get(presented.family);
  const verdict = family && judged(family, presented, device, { key, now, graceMs });
  if (!family || verdict === "refused") throw sessions.RefreshRefused();
  const account = await call(ctx, facts, { id: family.account });
  if (verdict === "stolen" || account.status !== "active") {
    const why = verdict === "stolen" ? "token stolen" : account.status;
    const letter = verdict === "stolen" ? letterOfTheft(family, account) : [];
    await finish(self, [family], why, ctx.meta, letter);
    throw sessions.RefreshRefused();
  }
  const tokensOf = (of: SessionDocument) =>
    asItIs(ctx, account, ({ roles }) => tokens(ctx, of, roles));
  if (verdict === "again") return tokensOf(family);
  try {
    const next = rotated({ ...family, ...placeOf(ctx.meta) }, { key, now, lifeMs });
    return await tokensOf(await self.store.replace(next));
  } catch (error) {
    // Another node was first: then this one is asked again by the same device, or is a thief.
    if (isProblem(error, Conflict)) return refreshed(self, ctx, presented, device);
    throw error;
  }
}
