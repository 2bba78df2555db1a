/** Runs handlers, and says what becomes of their messages. Shared by the adapters of the house. */
import { type Backoff, backoffMs } from "./backoff.ts";
import { describeFailure, type Failure, isPermanent } from "./failure.ts";

/** A message that is to be handled, or was. */
export interface Tried {
  /** Its place in the channel, for people. */
  readonly seq: number | string;
  /** How often it failed in this group before, and its last failure as JSON. */
  readonly attempts: number;
  readonly error: string | null;
  readonly headers: string | null;
  readonly body: string;
}

/** What a handler gets beside the message. */
export interface Raw {
  readonly headers: Record<string, unknown>;
  /** How often this message failed in this group before. */
  readonly attempts: number;
}

/** Who handles it. */
export interface Handling {
  readonly maxRetries: number;
  readonly backoff: Backoff;
  handle(message: unknown, raw: Raw): unknown;
  /** Told of every failure, and whether it was the last one. */
  failed(message: Tried, failure: Failure, outcome: Failed): void;
}

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
export interface Running<E extends Tried = Tried, R extends Handling = Handling> {
  readonly entry: E;
  readonly reader: R;
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
const usedUp = ({ entry, reader }: Running, now: number): Failed | undefined => {
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
  const over = usedUp(running, clock.now());
  if (over) {
    reader.failed(entry, over.error, over);
    return over;
  }
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
