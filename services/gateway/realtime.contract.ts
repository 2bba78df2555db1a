/**
 * What is told to people while they look: a stream for each user, which survives a reconnect. Who
 * wants to tell somebody something sends `wanted` with the change that it is about.
 */
import { z } from "zod";
import { AccountId, personalOf } from "../accounts/accounts.contract.ts";
import { action, channel, event } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";

export const StreamOfNobody = problem("STREAM_OF_NOBODY", 409, {
  en: "Only people have a stream: sign in as one.",
  ru: "Лента есть только у людей: войдите под своим именем.",
});

/** What happened, in the past tense: `orders.shipped`. */
const Type = z
  .string()
  .max(100)
  .regex(/^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$/, "a name like orders.shipped");
const mostChars = 8_000;
const Facts = z
  .record(z.string(), z.json())
  .refine((data) => JSON.stringify(data).length <= mostChars, `at most ${mostChars} characters`);

/** To be told to a user, on whatever devices: once for each message id. */
export const wanted = channel(
  "realtime.wanted.v1",
  z.strictObject({ user: AccountId, type: Type, data: Facts }),
  ({ user }) => user,
);

export const Entry = z.strictObject({
  /** Grows by one; jumps only where a whole stream was let go. */
  cursor: z.int().min(0),
  /** Of the message. */
  id: z.string(),
  type: z.string(),
  time: z.iso.datetime(),
  data: z.unknown(),
});

export const stream = action(
  "realtime.stream",
  z.strictObject({
    /** The cursor of the last entry that one has; all that is kept when absent. */
    since: z.int().min(0).optional(),
    limit: z.int().min(1).max(100).default(50),
  }),
  z.strictObject({
    items: z.array(Entry),
    more: z.boolean(),
    /** Some after `since` may be gone: streams are kept for so long and so many. */
    missed: z.boolean(),
  }),
  {
    summary: "What I was told since a cursor, the oldest first.",
    route: "GET /v1/stream",
    opens: { public: "viewer", admin: "viewer" },
    socket: true,
    problems: [StreamOfNobody],
  },
);

/** At once, for the doors; who misses it sees the gap in the cursors. */
export const appended = event(
  "realtime.appended",
  z.strictObject({ user: AccountId, entry: Entry }),
);
export const personal = personalOf("realtime");
