/** Runs handlers, and says what becomes of their messages. */
import { backoffMs } from "../backoff.ts";
import { describeFailure, type Failure, isPermanent } from "../failure.ts";
import type { Entry, Written } from "./protocol.ts";
import type { Reader } from "./readers.ts";

interface Kept {
  /** "back": nobody had room for it, so it was not tried. */
  readonly kind: "done" | "back";
}
export interface Failed {
  readonly kind: "retry" | "dead";
  readonly attempts: number;
  readonly error: Failure;
  /** When it failed, and when it is due again; milliseconds since the epoch. */
  readonly at: number;
  readonly due: number;
}
export type Outcome = Kept | Failed;

/** A message in the hands of a reader. */
export interface Running {
  readonly entry: Entry;
  readonly reader: Reader;
}

/** A message out of the hands of its reader. */
export interface Ended {
  readonly entry: Entry;
  readonly outcome: Outcome;
}

/** What becomes of a message whose handler threw: another try, or a dead letter. */
const afterFailure = (
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

/** What of an outcome is written. */
export const written = ({ entry: { seq, key, first_at }, outcome }: Ended): Written => {
  if (!("attempts" in outcome)) return { kind: outcome.kind, seq, key };
  return { ...outcome, seq, key, first_at, error: JSON.stringify(outcome.error) };
};
