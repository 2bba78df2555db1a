/**
 * API keys: owns the keys by which programs ask in the name of an account. Of a key only the hash is
 * kept; it never may more than its account, and less where it says so.
 */
import type { ServiceSchema } from "moleculer";
import { env } from "../../config/env.ts";
import { documents } from "../../mixins/documents/documents.ts";
import { raced } from "../../mixins/racing.ts";
import { letGoAfter, sweeping } from "../../mixins/sweeping.ts";
import { Turns } from "../../mixins/turns.ts";
import { passwordReset, secured } from "../accounts/account.contract.ts";
import { answered, erased, ownerOf } from "../accounts/accounts.contract.ts";
import { acted } from "../accounts/audit.contract.ts";
import { facts } from "../accounts/support.contract.ts";
import { clock } from "../shared/clock.ts";
import { newId } from "../shared/ids.ts";
import { send } from "../shared/message.ts";
import { call, tells, wiring } from "../shared/wire.ts";
import * as apikeys from "./apikeys.contract.ts";
import {
  all,
  ended,
  hashOf,
  isLiving,
  type KeysService,
  keys,
  mine,
  newText,
  notice,
  shown,
  told,
} from "./apikeys.store.ts";

const mostKeys = 20;
const sweepMs = 3_600_000;
const retentionMs = env.accounts.SESSION_RETENTION_DAYS * 86_400_000;
const { serve, follow } = wiring<KeysService>();

export default {
  name: "apikeys",
  mixins: [
    sweeping<KeysService>(sweepMs, ({ store }) => letGoAfter(store, "expiresAt", retentionMs)),
    documents(keys),
  ],
  metadata: tells(acted, answered),

  actions: {
    ...serve(apikeys.create, function (ctx) {
      const { id: account } = ownerOf(ctx.meta, true);
      return this.turns.run(account, async () => {
        const { name, roles, actions, days } = ctx.params;
        const owner = await call(ctx, facts, { id: account });
        if (roles.some((role) => !owner.roles.includes(role))) throw apikeys.ScopeRefused();
        if ((await all(this, account)).length >= mostKeys) throw apikeys.TooManyKeys();
        const { text, prefix } = newText();
        const until = days && new Date(clock.now() + days * 86_400_000).toISOString();
        const owned = { id: newId(), account, name, prefix, roles };
        const tell = [told(owned, "made an API key", ctx.meta)];
        const draft = { ...owned, hashes: [hashOf(text)], actions };
        const key = { ...draft, ...(until ? { expiresAt: until } : {}) };
        return { key: text, about: shown(await this.store.insert(key, { tell })) };
      });
    }),

    ...serve(apikeys.list, async function ({ meta }) {
      return { items: (await all(this, ownerOf(meta).id)).map(shown), next: null };
    }),

    // A use may note itself meanwhile.
    ...serve(apikeys.rotate, function ({ params: { id, overlapHours }, meta }) {
      return raced(async () => {
        const key = await mine(this, id, meta);
        const { text, prefix } = newText();
        const overlapUntil = new Date(clock.now() + overlapHours * 3_600_000).toISOString();
        const hashes = [hashOf(text), ...(overlapHours > 0 ? key.hashes.slice(0, 1) : [])];
        const tell = [told(key, "rotated an API key", meta)];
        const next = await this.store.replace({ ...key, prefix, hashes, overlapUntil }, { tell });
        return { key: text, about: shown(next) };
      });
    }),

    ...serve(apikeys.revoke, async function ({ params: { id }, meta }) {
      return shown(await raced(async () => ended(this, await mine(this, id, meta), meta)));
    }),

    ...serve(apikeys.check, async function (ctx) {
      const hash = hashOf(ctx.params.key);
      const [key] = (await this.store.find({ where: { hashes: hash }, limit: 1 })).items;
      if (!key || !isLiving(key, hash, clock.iso())) throw apikeys.KeyRefused();
      const owner = await call(ctx, facts, { id: key.account });
      const roles = key.roles.filter((role) => owner.roles.includes(role));
      if (owner.status !== "active" || roles.length === 0) throw apikeys.KeyRefused();
      await notice(this, key);
      return { id: key.id, account: key.account, roles, actions: key.actions };
    }),

    ...serve(apikeys.personal, async function ({ params: { id } }) {
      const held = (await all(this, id)).map(shown);
      return { actor: "apikeys", data: held.length > 0 ? held : null };
    }),
  },

  channels: {
    // Twice is once: what has ended is left alone.
    ...follow(secured, { group: "apikeys" }, async function ({ id, why, at }) {
      if (why !== passwordReset) return;
      for (const key of await all(this, id)) if (key.createdAt <= at) await ended(this, key, {});
    }),

    // Twice is once: the keys are gone.
    ...follow(erased, { group: "apikeys" }, async function ({ id }, because) {
      let removed = 0;
      for await (const docs of this.store.each({ account: id })) {
        for (const key of docs) await this.store.remove(key);
        removed += docs.length;
      }
      await send(this.broker, answered, { id, actor: "apikeys", removed }, { because });
    }),
  },

  created(this: KeysService) {
    this.turns = new Turns();
  },
} as unknown as ServiceSchema;
