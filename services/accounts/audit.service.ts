/**
 * Audit: owns the record of every act on an account, a chain for each, and never changes an entry;
 * only what is personal in it can be erased, under a seal that stays. Where the chains end is
 * anchored among the objects, so that an end cut off is noticed too, whichever node is asked.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import type { ServiceSchema } from "moleculer";
import type { z } from "zod";
import { env } from "../../config/env.ts";
import { objects } from "../../config/objects.ts";
import { keptSecret } from "../../config/secrets.ts";
import { Anchors } from "../../mixins/anchors/anchors.ts";
import { type Chain, link } from "../../mixins/chain.ts";
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { Inspection, sealedPart, sealOf } from "../../mixins/inspection.ts";
import { ObjectStoreError } from "../../mixins/objects/errors.ts";
import { pagesOf, recentPages } from "../../mixins/pages.ts";
import { raced } from "../../mixins/racing.ts";
import { Turns } from "../../mixins/turns.ts";
import { clock } from "../shared/clock.ts";
import { type Sender, send } from "../shared/message.ts";
import { tells, wiring } from "../shared/wire.ts";
import { answered, erased, ownerOf } from "./accounts.contract.ts";
import * as audit from "./audit.contract.ts";

type Act = z.output<typeof audit.acted.data>;
interface EntryDocument extends Stored, Omit<Act, "personal"> {
  number: number;
  /** Account and number, so that no number is given twice and a chain is read in order. */
  place: string;
  /** Hash of what is personal and of chance: it stays when that is erased. */
  seal: string;
  salt?: string;
  personal?: Record<string, string>;
  hash: string;
}
interface AuditService extends WithStore<EntryDocument> {
  broker: WithStore<EntryDocument>["broker"] & Sender;
  turns: Turns;
  anchors: Anchors;
  heads: LRUCache<string, Chain>;
}

const file = join(env.house.DATA_DIR, "audit", "anchors.ndjson");
const anchorMs = env.accounts.AUDIT_ANCHOR_SECONDS * 1_000;
/** An entry is anchored so long after it at the latest, but for outages; clocks differ a little. */
const lateMs = 2 * anchorMs + 600_000;
const entries = collection<EntryDocument>({
  name: "audit",
  indexes: { account: {}, place: { unique: true, sorts: true } },
});
const inOrder = { group: "audit", ordered: true, maxInFlight: 50 };
const placeOf = (account: string, n: number) => `${account}|${`${n}`.padStart(9, "0")}`;
const { serve, follow } = wiring<AuditService>();
export default {
  name: "audit",
  mixins: [documents(entries)],
  metadata: tells(answered),

  actions: {
    ...serve(audit.list, function ({ params: { account, act, limit, cursor } }) {
      return page(this, { account, act }, limit, cursor);
    }),

    ...serve(audit.mine, function ({ params: { limit, cursor }, meta }) {
      return page(this, { account: ownerOf(meta).id }, limit, cursor);
    }),

    ...serve(audit.verify, function ({ params: { account } }) {
      return verified(this, account);
    }),

    ...serve(audit.anchor, async function () {
      return { accounts: await this.anchors.write() };
    }),

    ...serve(audit.personal, async function ({ params: { id } }) {
      const data: object[] = [];
      for await (const docs of this.store.each({ account: id })) data.push(...docs.map(shown));
      return { actor: "audit", data: data.length > 0 ? data : null };
    }),
  },

  channels: {
    // Twice is once: the message's id is the entry's.
    ...follow(audit.acted, inOrder, function (act, { id }) {
      return this.turns.run(act.account, () => record(this, id, act));
    }),

    // Twice is once: what is personal is gone, the entries stay.
    ...follow(erased, { group: "audit" }, async function ({ id }, because) {
      const removed = await this.turns.run(id, () => strip(this, id, because.id));
      const kept = "what was done to the account, without addresses and e-mails";
      await send(this.broker, answered, { id, actor: "audit", removed, kept }, { because });
    }),
  },

  created(this: AuditService) {
    this.turns = new Turns();
    const key = keptSecret(env.house.DATA_DIR, "audit");
    const missed = (lastAt?: string) => anchorMissed(this, lastAt);
    const failed = (error: unknown) => this.logger.error("The audit cannot be anchored:", error);
    this.anchors = new Anchors({ objects, key, file, missed, failed });
    this.heads = new LRUCache({ max: 10_000 });
  },

  started(this: AuditService) {
    this.anchors.start(anchorMs);
  },
  stopped(this: AuditService) {
    return this.anchors.close();
  },
} as unknown as ServiceSchema;

async function chainOf({ heads, store }: AuditService, account: string): Promise<Chain> {
  const known = heads.get(account);
  if (known) return known;
  const [end] = (await store.find({ where: { account }, sort: "-place", limit: 1 })).items;
  const gone = await store.find({ where: { account, act: "erased" }, limit: 1 });
  return { number: end?.number ?? 0, hash: end?.hash ?? "", bare: gone.items.length > 0 };
}

/** Another node may have grown the chain meanwhile: then its end is looked up anew. */
const record = (self: AuditService, id: string, act: Act): Promise<void> =>
  raced(
    () => recordOnce(self, id, act),
    () => self.heads.delete(act.account),
  );

async function recordOnce(self: AuditService, id: string, act: Act): Promise<void> {
  if (await self.store.get(id)) return;
  const before = await chainOf(self, act.account);
  // What comes late, of somebody who was erased meanwhile, holds nothing personal either.
  const personal = before.bare ? {} : act.personal;
  const [number, salt] = [before.number + 1, randomBytes(16).toString("base64url")];
  const place = placeOf(act.account, number);
  const entry = { ...act, id, number, place, seal: sealOf(salt, personal), salt, personal };
  const hash = link(before.hash, sealedPart(entry));
  await self.store.insert({ ...entry, hash });
  self.heads.set(act.account, { number, hash, bare: before.bare || act.act === "erased" });
  self.anchors.grew(act.account, { number, hash });
}

/** What a node recorded just before it crashed. */
async function anchorMissed(self: AuditService, lastAt: string | undefined): Promise<void> {
  const since = lastAt ? new Date(Date.parse(lastAt) - lateMs).toISOString() : "";
  for await (const docs of recentPages(self.store, since)) {
    for (const { account } of docs) {
      const { number, hash } = await chainOf(self, account);
      self.anchors.grew(account, { number, hash });
    }
  }
}

async function page(self: AuditService, where: object, limit: number, after?: string) {
  const found = await self.store.find({ where: { ...where }, sort: "-id", limit, after });
  return { items: found.items.map(shown), next: found.next };
}

const shown = ({ id, account, number, act, at, by, facts, hash, ...more }: EntryDocument) => {
  const { actor = null, session = null, personal = null } = more;
  return { id, account, number, act, at, by, actor, session, facts, personal, hash };
};

async function strip(self: AuditService, account: string, message: string): Promise<number> {
  const { store } = self;
  const act = { account, act: "erased", at: clock.iso(), by: "house", facts: {}, personal: {} };
  await record(self, message, act);
  let count = 0;
  for await (const docs of store.each({ account })) {
    const full = docs.filter(({ personal }) => personal !== undefined);
    for (const { personal: _, salt: __, ...rest } of full) await store.replace(rest);
    count += full.length;
  }
  return count;
}

function unread(error: unknown): never {
  if (!(error instanceof ObjectStoreError)) throw error;
  throw audit.AnchorsUnread({ reason: error.message });
}

/** Walks the chains entry by entry, and compares their ends with the anchors. */
async function verified({ store, anchors }: AuditService, only: string | undefined) {
  const evidence = await anchors.check().catch(unread);
  const inspection = new Inspection(evidence.heads);
  const where = { account: only };
  for await (const docs of pagesOf(store, { where, sort: "place", limit: 500 })) {
    for (const one of docs) inspection.take({ ...one, chain: one.account, body: sealedPart(one) });
  }
  inspection.end(only);
  const { faults, entries: count, chains: accounts, erased: bare } = inspection;
  const torn = evidence.faults.slice(0, 50).map((one) => ({ account: null, ...one }));
  const found = faults.map(({ chain: account, ...rest }) => ({ account, ...rest }));
  const all = [...torn, ...found].slice(0, 100);
  return { entries: count, accounts, erased: bare, anchors: evidence.lines, faults: all };
}
