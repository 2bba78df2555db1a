/**
 * What can go wrong, by what the person must do next. The exit codes and the fields of `facts` are
 * the stable interface of `bijou`; the wording is not.
 */
export const exit = { done: 0, refused: 1, usage: 2, unreachable: 3, bug: 4 } as const;

export interface Facts {
  /** Stable name for programs, `FILM_NOT_FOUND`. */
  type: string;
  title: string;
  detail?: string;
  /** The next step. */
  next: string;
  status?: number;
  errors?: { path: string; message: string }[];
  instance?: string;
}

/** An expected failure: ends the command with its exit code and says the next step. */
export class Failure extends Error {
  readonly exit: number;
  readonly facts: Facts;

  constructor(code: number, facts: Facts) {
    super(facts.title);
    this.exit = code;
    this.facts = facts;
  }
}

/** Ends the command with a code where everything has been said already. */
export class Ended extends Error {
  readonly exit: number;

  constructor(code: number) {
    super(`ended with ${code}`);
    this.exit = code;
  }
}

type More = Partial<Facts>;

/** The command was wrong: nothing has been sent. */
export const usage = (title: string, next: string, more: More = {}): Failure =>
  new Failure(exit.usage, { type: "USAGE", title, next, ...more });

/** Nobody answered, or whoever did cannot now. */
export const unreachable = (title: string, next: string, more: More = {}): Failure =>
  new Failure(exit.unreachable, { type: "UNREACHABLE", title, next, ...more });

/** The house, or `bijou` itself, did what it should not. */
export const bug = (title: string, next: string, more: More = {}): Failure =>
  new Failure(exit.bug, { type: "BUG", title, next, ...more });

const report = "This is a mistake in the program, not yours: report it with the lines above.";

/** Any error as a failure; what nobody expected is a bug and keeps its stack. */
export function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return bug(error instanceof Error ? error.message : String(error), report, { detail: stack });
}
