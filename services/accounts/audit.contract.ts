/** Who did what to an account, when and from where: for good, and not to be changed unnoticed. */
import { z } from "zod";
import { action, channel, page } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import { AccountId, personalOf } from "./accounts.contract.ts";
import { own } from "./auth.contract.ts";

const Fact = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

/** An act on an account, told with the change itself: recorded once, by the message's id. */
export const acted = channel(
  "accounts.acted.v1",
  z.strictObject({
    account: AccountId,
    /** In the past tense: `signed in`, `changed password`. */
    act: z.string().min(1).max(100),
    at: z.iso.datetime(),
    /** Account, `operator` or `house`. */
    by: z.string().min(1).max(100),
    /** Who of the support acted in the name of `by`. */
    actor: z.string().max(100).optional(),
    session: z.uuid().optional(),
    facts: z.record(z.string(), Fact).default({}),
    /** What is about a person: it can be removed, and the chain still holds. */
    personal: z.record(z.string(), z.string()).default({}),
  }),
  ({ account }) => account,
);

export const Entry = z.strictObject({
  id: z.string(),
  account: AccountId,
  /** The number of the entry in the account's chain, from 1. */
  number: z.int(),
  act: z.string(),
  at: z.iso.datetime(),
  by: z.string(),
  actor: z.string().nullable(),
  session: z.uuid().nullable(),
  facts: z.record(z.string(), Fact),
  /** Null when it was erased. */
  personal: z.record(z.string(), z.string()).nullable(),
  hash: z.string(),
});

const paging = {
  limit: z.int().min(1).max(100).default(20),
  cursor: z.string().max(1_000).optional(),
};
const filters = z.strictObject({
  account: AccountId.optional(),
  act: z.string().max(100).optional(),
  ...paging,
});
const opens = { admin: "operator" } as const;

export const list = action("audit.list", filters, page(Entry), {
  summary: "What was done to accounts, the newest first.",
  route: "GET /v1/audit",
  opens,
});
export const mine = action("audit.mine", z.strictObject(paging), page(Entry), {
  summary: "What was done to my account, the newest first.",
  route: "GET /v1/auth/audit",
  opens: own,
});
export const AnchorsUnread = problem(
  "ANCHORS_UNREAD",
  503,
  {
    en: "The anchors of the audit cannot be read: {reason}",
    ru: "Не удаётся прочитать отметки журнала: {reason}",
  },
  z.object({ reason: z.string() }),
);
export const verify = action(
  "audit.verify",
  z.strictObject({ account: AccountId.optional() }),
  z.strictObject({
    entries: z.int(),
    accounts: z.int(),
    /** How often the ends of the chains were anchored. */
    anchors: z.int(),
    /** Entries whose personal part was erased. */
    erased: z.int(),
    /** What does not hold, at most a hundred. */
    faults: z.array(
      z.strictObject({
        account: AccountId.nullable(),
        number: z.int().nullable(),
        fault: z.enum([
          ...["changed", "missing", "misplaced", "personal changed"],
          ...["anchor changed", "anchor missing", "anchor of another secret"],
        ] as const),
        /** Where the anchor lies, or its writer's folder, among the objects. */
        object: z.string().optional(),
      }),
    ),
  }),
  {
    summary: "Whether an entry was removed or changed.",
    route: "GET /v1/audit/verify",
    opens,
    problems: [AnchorsUnread],
    timeoutMs: 120_000,
  },
);
export const anchor = action(
  "audit.anchor",
  z.strictObject({}),
  z.strictObject({ accounts: z.int() }),
  { summary: "Anchors the ends of the chains now; it happens by itself too.", idempotent: true },
);
export const personal = personalOf("audit");
