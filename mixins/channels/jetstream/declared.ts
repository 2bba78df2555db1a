/** What streams and consumers must be like, and how a found one differs from it. Pure. */
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  DiscardPolicy,
  nanos,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "nats";
import type { Beginning } from "./options.ts";

const dayMs = 86_400_000;
/** JetStream's preset. It remembers every id in memory: what comes later must be known by handlers. */
const duplicatesMs = 120_000;

export type Stream = Partial<StreamConfig> & { readonly name: string };
export type Consumer = Partial<ConsumerConfig> & { readonly durable_name: string };

export interface StreamRule {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly about: string;
  readonly replicas: number;
  /** 0 is for ever. */
  readonly days: number;
  /** The last message of each subject alone. */
  readonly lastOnly?: boolean;
  /** A message goes as soon as it is acknowledged. */
  readonly once?: boolean;
  readonly metadata?: Record<string, string>;
}

export const streamOf = (rule: StreamRule): Stream => {
  const ageMs = rule.days * dayMs;
  return {
    name: rule.name,
    subjects: [...rule.subjects],
    description: rule.about,
    retention: rule.once ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    storage: StorageType.File,
    num_replicas: rule.replicas,
    max_age: nanos(ageMs),
    max_msgs: -1,
    max_bytes: -1,
    max_msgs_per_subject: rule.lastOnly ? 1 : -1,
    discard: DiscardPolicy.Old,
    duplicate_window: nanos(ageMs > 0 ? Math.min(duplicatesMs, ageMs) : duplicatesMs),
    ...(rule.metadata ? { metadata: rule.metadata } : {}),
  };
};

export interface ConsumerRule {
  readonly name: string;
  readonly ackWaitMs: number;
  /** In hand, failed or held back at once, over all processes; -1 without a limit. */
  readonly atOnce: number;
  readonly subject?: string;
  readonly metadata?: Record<string, string>;
}

const startOf = (from: Beginning | undefined): Partial<ConsumerConfig> => {
  if (from === undefined) return { deliver_policy: DeliverPolicy.All };
  return "sequence" in from
    ? { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: Math.max(1, from.sequence) }
    : {
        deliver_policy: DeliverPolicy.StartTime,
        opt_start_time: new Date(from.time).toISOString(),
      };
};

export const consumerOf = (rule: ConsumerRule, from?: Beginning): Consumer => ({
  durable_name: rule.name,
  ack_policy: AckPolicy.Explicit,
  replay_policy: ReplayPolicy.Instant,
  ack_wait: nanos(rule.ackWaitMs),
  max_deliver: -1,
  max_ack_pending: rule.atOnce,
  max_waiting: 2_048,
  ...(rule.subject === undefined ? {} : { filter_subject: rule.subject }),
  ...(rule.metadata ? { metadata: rule.metadata } : {}),
  ...startOf(from),
});

export interface Difference {
  readonly field: string;
  readonly found: unknown;
  readonly declared: unknown;
  /**
   * `mend` it in place; `renew`: make it anew at its position; `tell` a person; `keep` what was
   * found.
   */
  readonly way: "mend" | "renew" | "tell" | "keep";
}

const ways: Readonly<Record<string, Difference["way"]>> = {
  storage: "tell",
  retention: "tell",
  ack_policy: "renew",
  replay_policy: "renew",
  // Where a group began is history; what counts is where it stands.
  deliver_policy: "keep",
  opt_start_seq: "keep",
  opt_start_time: "keep",
};

const same = (declared: unknown, found: unknown): boolean => {
  if (typeof declared !== "object" || declared === null) return declared === found;
  if (typeof found !== "object" || found === null) return false;
  // The server adds metadata of its own.
  return Object.entries(declared).every(([name, value]) => same(value, Reflect.get(found, name)));
};

/** Where the found one differs from what is declared; what is not declared may be anything. */
export const differences = (declared: object, found: object): Difference[] =>
  Object.entries(declared).flatMap(([field, value]) => {
    const there: unknown = Reflect.get(found, field);
    if (same(value, there)) return [];
    return [{ field, found: there, declared: value, way: ways[field] ?? "mend" }];
  });

const endings: Readonly<Record<Difference["way"], string>> = {
  mend: ": it is mended.",
  renew: ": it is made anew at its position.",
  keep: ": a group stays where it stands.",
  tell:
    ", which cannot be changed in place: when its groups have read all of it, remove the stream " +
    "(nats stream rm) and start again.",
};

const show = (value: unknown): string => JSON.stringify(value) ?? "nothing";

/** What a person is told of a difference. */
export const sentence = (what: string, { field, found, declared, way }: Difference): string =>
  `${what} has ${field} ${show(found)}; declared is ${show(declared)}${endings[way]}`;
