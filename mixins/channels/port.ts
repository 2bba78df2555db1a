/**
 * What every channels adapter of the house promises beyond `Adapters.Base`: dead letters that can
 * be read and redriven and are kept for so many days, and figures per group. Contract tests: tests/channels/contract.ts.
 */
import type { Failure } from "./failure.ts";

/** A message that one group could not handle, kept with the reason. */
export interface DeadLetter {
  readonly id: string;
  readonly channel: string;
  readonly group: string;
  /** The message as it was sent. */
  readonly message: unknown;
  readonly error: Failure;
  /** How often it was tried. */
  readonly attempts: number;
  /** The first and the last failure, ISO 8601, UTC. */
  readonly firstAt: string;
  readonly lastAt: string;
}

export interface DeadLetterFilter {
  readonly channel?: string | undefined;
  readonly group?: string | undefined;
}

/** Kept for the days of the configuration from their death, then forgotten by themselves. */
export interface DeadLetters {
  /** In order of death; `after` is the id of the last one seen, `limit` at most 500 (100). */
  list(
    page?: DeadLetterFilter & { after?: string | undefined; limit?: number | undefined },
  ): Promise<DeadLetter[]>;
  count(filter?: DeadLetterFilter): Promise<number>;
  /**
   * Gives messages back to the group that failed, and to no other, with all tries before them.
   *
   * @returns how many; ids that are not there (any more) are not counted
   */
  redrive(which: { readonly ids: readonly string[] } | DeadLetterFilter): Promise<number>;
}

/** One consumer group in figures. */
export interface GroupStats {
  readonly channel: string;
  readonly group: string;
  /** Messages not yet handled: unread, running, waiting. */
  readonly lag: number;
  /** Handlers running now. */
  readonly inFlight: number;
  /** Dead letters kept. */
  readonly deadLetters: number;
}

export interface ChannelAdmin {
  readonly deadletters: DeadLetters;
  stats(): Promise<GroupStats[]>;
  /** Forgets a group that nobody reads for any more: its position and its dead letters. */
  dropGroup(channel: string, group: string): Promise<void>;
  /** Drops what the retention no longer keeps; happens every minute by itself. */
  sweep(): Promise<Swept>;
}

/** How much the retention took away here; an engine that drops by itself says 0. */
export interface Swept {
  /** Messages, and how many of these a known group had not done. */
  dropped: number;
  unread: number;
  /** Dead letters. */
  letters: number;
}

/** What publishing answers: whether the id was there already, so that nothing was stored. */
export interface Receipt {
  readonly id: string;
  readonly duplicate: boolean;
}

/** What a service may say of a subscription beside group, maxInFlight, maxRetries and handler. */
export interface SubscriptionOptions {
  /**
   * Messages with the same key are handled one at a time in the order of their sending: a failing
   * one holds back the later ones of its key until it succeeds or is dead, others proceed. A
   * message with `notBefore` takes its place when it is due and holds nothing back before.
   */
  readonly ordered?: boolean;
}
