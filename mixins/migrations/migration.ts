/** Steps that bring the documents of an actor to the form that this version knows. Pure. */
import type { Collection, Stored } from "../documents/collection.ts";
import type { Store } from "../documents/store.ts";

/** Opens a collection for a step, and closes it after. */
export type Opening = <D extends Stored>(of: Collection<D>) => Promise<Store<D>>;

export interface Migration {
  /** From 1, in order, never used again. */
  readonly number: number;
  /** What is done, in a few words: `films know their unique ids`. */
  readonly name: string;
  /** Runs while the actor is closed everywhere that this version starts; after a crash again. */
  up(open: Opening): Promise<void>;
}

export interface Migrations {
  /** Whose documents: where they are kept, so is the record of what was done. */
  readonly actor: string;
  readonly steps: readonly Migration[];
}

/** What a person can mend; the message says how. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * The steps that were not done yet, in order.
 *
 * @param done the numbers of those that were
 * @throws MigrationError when a newer version did more, Error for a list that is out of order
 */
export function dueOf({ actor, steps }: Migrations, done: ReadonlySet<number>): Migration[] {
  for (const [i, { number }] of steps.entries()) {
    if (number !== i + 1) throw new Error(`The migrations of ${actor} are not numbered from 1.`);
  }
  const newest = Math.max(0, ...done);
  if (newest > steps.length) {
    throw new MigrationError(
      `The documents of ${actor} were written by a newer Bijou (migration ${newest}, this one ` +
        `knows ${steps.length}). Start that version, or restore a backup of before.`,
    );
  }
  return steps.filter(({ number }) => !done.has(number));
}
