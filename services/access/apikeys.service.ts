/**
 * API keys: owns the keys by which programs ask in the name of an account. Of a key only the hash is
 * kept; it never may more than its account, and less where it says so.
 */
import { hash, randomBytes } from "node:crypto";
import type { ServiceSchema } from "moleculer";
import { env } from "../../config/env.ts";
import { collection, type Outgoing, type Stored } from "../../mixins/documents/collection.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { Conflict } from "../../mixins/documents/failures.ts";
import { letGoAfter, sweeping } from "../../mixins/sweeping.ts";
import { Turns } from "../../mixins/turns.ts";
import { type AccountRole, passwordReset, secured } from "../accounts/account.contract.ts";
import { answered, erased, ownerOf } from "../accounts/accounts.contract.ts";
import { acted } from "../accounts/audit.contract.ts";
import { facts } from "../accounts/support.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { message, type Sender, send } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import { call, tells, wiring } from "../shared/wire.ts";
import * as apikeys from "./apikeys.contract.ts";

interface KeyDocument extends Stored {
  account: string;
  name: string;
  prefix: string;
  /** Of its text, and, while a rotation overlaps, of the one before: the one in force first. */
  hashes: string[];
  overlapUntil?: string;
  roles: AccountRole[];
  actions: string[];
  expiresAt?: string;
  lastUsedAt?: string;
}
interface KeysService extends WithStore<KeyDocument> {
  broker: WithStore<KeyDocument>["broker"] & Sender;
  turns: Turns;
}

const keys = collection<KeyDocument>({
  name: "apikeys",
  indexes: { account: {}, hashes: { unique: true }, expiresAt: { sorts: true } },
});
const mostKeys = 20;
const sweepMs = 3_600_000;
const retentionMs = env.accounts.SESSION_RETENTION_DAYS * 86_400_000;
/** When a key was last used is written down at most so often. */
const noticeMs = 60_000;
const hashOf = (text: string): string => hash("sha256", text, "base64url");
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

    ...serve(apikeys.rotate, async function ({ params: { id, overlapHours }, meta }) {
      const key = await mine(this, id, meta);
      const { text, prefix } = newText();
      const overlapUntil = new Date(clock.now() + overlapHours * 3_600_000).toISOString();
      const hashes = [hashOf(text), ...(overlapHours > 0 ? key.hashes.slice(0, 1) : [])];
      const tell = [told(key, "rotated an API key", meta)];
      const next = await this.store.replace({ ...key, prefix, hashes, overlapUntil }, { tell });
      return { key: text, about: shown(next) };
    }),

    ...serve(apikeys.revoke, async function ({ params: { id }, meta }) {
      return shown(await ended(this, await mine(this, id, meta), meta));
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

/** 256 bits behind a prefix by which scanners and people know it. */
function newText(): { text: string; prefix: string } {
  const text = `bjk_${randomBytes(32).toString("base64url")}`;
  return { text, prefix: text.slice(0, 10) };
}

const isLiving = (key: KeyDocument, hash: string, now: string): boolean =>
  (key.expiresAt ?? "9") > now && (key.hashes[0] === hash || (key.overlapUntil ?? "") > now);

/** The keys that have not ended. */
async function all({ store }: KeysService, account: string): Promise<KeyDocument[]> {
  const found: KeyDocument[] = [];
  for await (const docs of store.each({ account })) found.push(...docs);
  return found.filter(({ expiresAt = "9" }) => expiresAt > clock.iso());
}

/** @throws KeyNotFound */
async function mine(self: KeysService, id: string, meta: Meta): Promise<KeyDocument> {
  const { id: account } = ownerOf(meta, true);
  const key = (await all(self, account)).find((one) => one.id === id);
  if (!key) throw apikeys.KeyNotFound();
  return key;
}

/** Written down first: a removed document has no outbox. */
function ended({ store }: KeysService, key: KeyDocument, meta: Meta): Promise<KeyDocument> {
  const tell = [told(key, "revoked an API key", meta)];
  return store.replace({ ...key, hashes: [], expiresAt: clock.iso() }, { tell });
}

async function notice({ store }: KeysService, key: KeyDocument): Promise<void> {
  if (clock.now() - Date.parse(key.lastUsedAt ?? "1970-01-01") < noticeMs) return;
  await store.replace({ ...key, lastUsedAt: clock.iso() }).catch((error) => {
    if (!isProblem(error, Conflict)) throw error; // else another use has noticed it
  });
}

type Named = Pick<KeyDocument, "id" | "account" | "name" | "prefix" | "roles">;

const told = ({ id, account, name, prefix, roles }: Named, act: string, meta: Meta): Outgoing => ({
  channel: acted.name,
  message: message(acted, {
    account,
    act,
    at: clock.iso(),
    by: account,
    ...(meta.caller?.session ? { session: meta.caller.session } : {}),
    facts: { key: id, prefix, roles },
    personal: { name, ...(meta.from ? { address: meta.from.address } : {}) },
  }),
});

const shown = (key: KeyDocument) => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  roles: key.roles,
  actions: key.actions,
  createdAt: key.createdAt,
  expiresAt: key.expiresAt ?? null,
  lastUsedAt: key.lastUsedAt ?? null,
  overlapUntil: key.overlapUntil ?? null,
});
