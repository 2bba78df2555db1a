/**
 * Two actors for the crash run: counters, whose every addition is one write of total, claim and
 * message; and a ledger, which hears of additions and writes each down with its message's id as the
 * claim. What was lost or done twice shows in the sums.
 */
import type { ServiceSchema } from "moleculer";
import { z } from "zod";
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { Conflict, Duplicate } from "../../mixins/documents/failures.ts";
import { action, channel } from "../../services/shared/contract.ts";
import { message } from "../../services/shared/message.ts";
import { isProblem } from "../../services/shared/problem.ts";
import { tells, wiring } from "../../services/shared/wire.ts";

const Addition = z.strictObject({ id: z.uuid(), key: z.string(), amount: z.int() });
const Sum = z.strictObject({ key: z.string(), total: z.int(), claims: z.array(z.string()) });
const Page = z.strictObject({ items: z.array(Sum), next: z.string().nullable() });
const page = z.strictObject({ cursor: z.string().optional() });

export const add = action("counters.add", Addition, z.strictObject({ total: z.int() }), {
  summary: "Adds once, however often it is asked with one id.",
  idempotent: true,
});
export const counted = action("counters.page", page, Page, { summary: "The counters." });
export const booked = action("ledger.page", page, Page, { summary: "What the ledger heard." });
export const added = channel("counters.added.v1", Addition, ({ key }) => key);

interface Counter extends Stored {
  total: number;
}
const counters = collection<Counter>({ name: "chaos-counters", indexes: {} });
const ledger = collection<Counter>({ name: "chaos-ledger", indexes: {} });
const { serve, follow } = wiring<WithStore<Counter>>();

/** Adds under a claim: done before, it is done; changed meanwhile, it is tried again. */
async function once(
  { store }: WithStore<Counter>,
  { key, amount, claim }: { key: string; amount: number; claim: string },
  tell: Parameters<typeof store.replace>[1] = {},
): Promise<number> {
  for (let tries = 0; ; tries++) {
    try {
      const doc = await store.get(key);
      if (doc?.claims?.includes(claim)) return doc.total;
      const next = doc
        ? await store.replace({ ...doc, total: doc.total + amount }, { ...tell, claim })
        : await store.insert({ id: key, total: amount }, { ...tell, claim });
      return next.total;
    } catch (error) {
      const isRace = isProblem(error, Conflict) || isProblem(error, Duplicate);
      if (!isRace || tries === 20) throw error;
    }
  }
}

const pageOf = async ({ store }: WithStore<Counter>, cursor?: string) => {
  const { items, next } = await store.find({ limit: 50, after: cursor });
  const sums = items.map(({ id, total, claims = [] }) => ({ key: id, total, claims }));
  return { items: sums, next };
};

export const countersService = {
  name: "counters",
  mixins: [documents(counters)],
  metadata: tells(added),
  actions: {
    ...serve(add, async function (ctx) {
      const { id, key, amount } = ctx.params;
      const outgoing = {
        channel: added.name,
        message: message(added, ctx.params, { because: ctx }),
      };
      const total = await once(this, { key, amount, claim: id }, { tell: [outgoing] });
      return { total };
    }),
    ...serve(counted, function (ctx) {
      return pageOf(this, ctx.params.cursor);
    }),
  },
} as unknown as ServiceSchema;

export const ledgerService = {
  name: "ledger",
  mixins: [documents(ledger)],
  actions: {
    ...serve(booked, function (ctx) {
      return pageOf(this, ctx.params.cursor);
    }),
  },
  channels: {
    // Twice is once: the message's id is the claim of its effect.
    ...follow(added, { group: "ledger", maxInFlight: 20 }, async function (data, { id }) {
      await once(this, { ...data, claim: id });
    }),
  },
} as unknown as ServiceSchema;
