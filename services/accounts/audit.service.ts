/**
 * Audit: owns the record of every act on an account, a chain for each, and never changes an entry;
 * only what is personal in it can be erased, under a seal that stays. Where the chains end is
 * anchored in a file beside the documents, so that an end cut off is noticed too.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { LRUCache } from "lru-cache";
import type { ServiceSchema } from "moleculer";
import type { z } from "zod";
import { env } from "../../config/env.ts";
import { keptSecret } from "../../config/secrets.ts";
import { Anchors } from "../../mixins/anchors.ts";
import { anchored, type Head, link } from "../../mixins/chain.ts";
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { Inspection, sealOf } from "../../mixins/inspection.ts";
import { Turns } from "../../mixins/turns.ts";
import { clock } from "../shared/clock.ts";
import { type Sender, send } from "../shared/message.ts";
import { tells, wiring } from "../shared/wire.ts";
import { answered, erased } from "./accounts.contract.ts";
import * as audit from "./audit.contract.ts";
import { ownerOf } from "./caller.contract.ts";

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
  heads: LRUCache<string, Head>;
  timer: NodeJS.Timeout;
}

const key = keptSecret(env.house.DATA_DIR, "audit");
const file = join(env.house.DATA_DIR, "audit", "anchors.ndjson");
const entries = collection<EntryDocument>({
  name: "audit",
  indexes: { account: {}, place: { unique: true, sorts: true } },
});
const inOrder = { group: "audit", ordered: true, maxInFlight: 50 };
const mostFaults = 100;
const placeOf = (account: string, number: number) =>
  `${account}|${String(number).padStart(9, "0")}`;
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
      return { accounts: await this.anchors.write(clock.iso()) };
    }),

    ...serve(audit.personal, async function ({ params: { id } }) {
      const found: object[] = [];
      for await (const docs of this.store.each({ account: id })) found.push(...docs.map(shown));
      return { actor: "audit", data: found.length > 0 ? found : null };
    }),
  },

  channels: {
    // Twice is once: the message's id is the entry's.
    ...follow(audit.acted, inOrder, function (act, { id }) {
      return this.turns.run(act.account, () => record(this, id, act));
    }),

    // Twice is once: what is personal is gone, the entries stay.
    ...follow(erased, { group: "audit" }, async function ({ id }, because) {
      const removed = await this.turns.run(id, () => strip(this, id));
      const kept = "what was done to the account, without addresses and e-mails";
      await send(this.broker, answered, { id, actor: "audit", removed, kept }, { because });
    }),
  },

  created(this: AuditService) {
    this.turns = new Turns();
    this.anchors = new Anchors(file, key);
    this.heads = new LRUCache({ max: 10_000 });
  },

  async started(this: AuditService) {
    await this.anchors.open();
    await missed(this);
    const failed = (error: unknown) => this.logger.error("The audit cannot be anchored:", error);
    const again = () => void this.anchors.write(clock.iso()).catch(failed);
    this.timer = setInterval(again, env.accounts.AUDIT_ANCHOR_SECONDS * 1_000).unref();
  },

  async stopped(this: AuditService) {
    clearInterval(this.timer);
    await this.anchors.write(clock.iso());
  },
} as unknown as ServiceSchema;

/** What the hash of an entry is of: all but what may be erased. */
const held = "id account number act at by actor session facts seal".split(" ");
const sealedPart = (entry: object): object =>
  Object.fromEntries(held.map((name) => [name, Reflect.get(entry, name)]));

async function headOf(self: AuditService, account: string): Promise<Head> {
  const known = self.heads.get(account);
  if (known) return known;
  const page = await self.store.find({ where: { account }, sort: "-place", limit: 1 });
  return page.items[0] ?? { number: 0, hash: "" };
}

async function record(self: AuditService, id: string, act: Act): Promise<void> {
  if (await self.store.get(id)) return;
  const { account } = act;
  const before = await headOf(self, account);
  const number = before.number + 1;
  const salt = randomBytes(16).toString("base64url");
  const seal = sealOf(salt, act.personal);
  const entry = { ...act, id, number, place: placeOf(account, number), seal, salt };
  const made = await self.store.insert({ ...entry, hash: link(before.hash, sealedPart(entry)) });
  self.heads.set(account, { number, hash: made.hash });
  self.anchors.grew(account, { number, hash: made.hash });
}

/** What was recorded just before a crash is anchored with the next ones. */
async function missed(self: AuditService): Promise<void> {
  const since = self.anchors.lastAt ?? "";
  let after: string | undefined;
  do {
    const found = await self.store.find({ sort: "-id", limit: 100, after });
    const recent = found.items.filter(({ createdAt }) => createdAt >= since);
    for (const { account } of recent) self.anchors.grew(account, await headOf(self, account));
    after = recent.length === found.items.length ? (found.next ?? undefined) : undefined;
  } while (after);
}

async function page(self: AuditService, where: object, limit: number, after?: string) {
  const found = await self.store.find({ where: { ...where }, sort: "-id", limit, after });
  return { items: found.items.map(shown), next: found.next };
}

const shown = ({ id, account, number, act, at, by, facts, hash, ...more }: EntryDocument) => {
  const { actor = null, session = null, personal = null } = more;
  return { id, account, number, act, at, by, actor, session, facts, personal, hash };
};

async function strip({ store }: AuditService, account: string): Promise<number> {
  let count = 0;
  for await (const docs of store.each({ account })) {
    for (const { personal, salt: _, ...rest } of docs) {
      if (!personal) continue;
      await store.replace(rest);
      count++;
    }
  }
  return count;
}

/** Walks the chains entry by entry, and compares their ends with the anchors. */
async function verified({ store, anchors }: AuditService, only: string | undefined) {
  const lines = await anchors.read();
  const { heads, fault } = anchored(lines, key);
  const inspection = new Inspection(heads);
  let after: string | undefined;
  do {
    const found = await store.find({ where: { account: only }, sort: "place", limit: 500, after });
    for (const entry of found.items) {
      inspection.take({ ...entry, chain: entry.account, body: sealedPart(entry) });
    }
    after = found.next ?? undefined;
  } while (after);
  inspection.end(only);
  const found = inspection.faults.map(({ chain: account, ...rest }) => ({ account, ...rest }));
  const torn = { account: null, number: (fault ?? 0) + 1, fault: "anchor changed" } as const;
  const faults = [...(fault === undefined ? [] : [torn]), ...found].slice(0, mostFaults);
  const { entries: count, chains: accounts, erased: bare } = inspection;
  return { entries: count, accounts, erased: bare, anchors: lines.length, faults };
}
