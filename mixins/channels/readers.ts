/**
 * Who handles a group's messages in this process, and what came of each: bookkeeping without I/O.
 * Several readers of one group share its work; the one with the most room gets the next message.
 */
import { type Backoff, backoffMs } from "./backoff.ts";
import { describeFailure, type Failure, isPermanent } from "./failure.ts";
import type { Entry } from "./ledger.ts";

/** What a handler gets beside the message. */
export interface Raw {
  readonly headers: Record<string, unknown>;
  /** How often this message failed in this group before. */
  readonly attempts: number;
}

/** One subscription. */
export interface Reader {
  readonly maxInFlight: number;
  readonly maxRetries: number;
  readonly ordered: boolean;
  readonly backoff: Backoff;
  handle(message: unknown, raw: Raw): unknown;
  /** Told of every failure, and whether it was the last one. */
  failed(entry: Entry, failure: Failure, outcome: Failed): void;
}

export interface Done {
  readonly kind: "done";
}
export interface Failed {
  readonly kind: "retry" | "dead";
  readonly attempts: number;
  readonly error: Failure;
  /** When it failed, and when it is due again; milliseconds since the epoch. */
  readonly at: number;
  readonly due: number;
}
export type Outcome = Done | Failed;

/** A message in the hands of a reader. */
export interface Running {
  readonly entry: Entry;
  readonly reader: Reader;
}

/** Of these readers the one with the most room, if any has room. */
export const roomiest = (
  readers: readonly Reader[],
  running: (reader: Reader) => number,
): Reader | undefined => {
  let best: Reader | undefined;
  let most = 0;
  for (const reader of readers) {
    const room = reader.maxInFlight - running(reader);
    if (room > most) [best, most] = [reader, room];
  }
  return best;
};

/** What becomes of a message whose handler threw: another try, or a dead letter. */
export const afterFailure = (
  thrown: unknown,
  { entry, reader }: Running,
  now: number,
  random: number,
): Failed => {
  const attempts = entry.attempts + 1;
  const dead = isPermanent(thrown) || attempts > reader.maxRetries;
  const due = dead ? 0 : now + backoffMs(attempts, reader.backoff, random);

  return {
    kind: dead ? "dead" : "retry",
    attempts,
    error: describeFailure(thrown),
    at: now,
    due,
  };
};

/** A message whose tries were used up, the last one by a process that ended; else nothing. */
export const usedUp = ({ entry, reader }: Running, now: number): Failed | undefined => {
  const { attempts, error } = entry;
  if (attempts <= reader.maxRetries || error === null) return undefined;

  return { kind: "dead", attempts, error: JSON.parse(error), at: now, due: 0 };
};

/** Runs the handler; whatever it does, an outcome comes of it. */
export const handle = async (
  running: Running,
  clock: { now(): number },
  random: () => number,
): Promise<Outcome> => {
  const { entry, reader } = running;
  try {
    const headers = entry.headers === null ? {} : JSON.parse(entry.headers);
    await reader.handle(JSON.parse(entry.body), { headers, attempts: entry.attempts });
    return { kind: "done" };
  } catch (thrown) {
    const outcome = afterFailure(thrown, running, clock.now(), random());
    reader.failed(entry, outcome.error, outcome);
    return outcome;
  }
};
