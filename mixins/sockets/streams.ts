/**
 * A stream of entries for each user: numbered without gaps, each message once, bounded by count and
 * age. Two nodes that append at once are kept apart by the unique place of an entry.
 */
import { clock } from "../../services/shared/clock.ts";
import { isProblem } from "../../services/shared/problem.ts";
import { collection, type Stored } from "../documents/collection.ts";
import { Duplicate } from "../documents/failures.ts";
import type { Store } from "../documents/store.ts";
import type { Entry, EntryPage } from "./protocol.ts";

/** Its id is that of the message. */
export interface StreamDocument extends Stored {
  user: string;
  seq: number;
  /** `user:seq`. */
  place: string;
  type: string;
  time: string;
  data: unknown;
}

export const streams = collection<StreamDocument>({
  name: "streams",
  indexes: {
    user: {},
    place: { unique: true },
    seq: { sorts: true },
    createdAt: { sorts: true },
  },
});

export interface Keeping {
  /** Entries of a user. */
  readonly most: number;
  readonly days: number;
}

export type Told = Pick<StreamDocument, "user" | "type" | "time" | "data">;

const placeOf = (user: string, seq: number) => `${user}:${seq}`;
const entryOf = ({ seq, id, type, time, data }: StreamDocument): Entry => ({
  ...{ cursor: seq, id, type, time, data },
});
const page = 500;

export class Streams {
  readonly #store: Store<StreamDocument>;
  readonly #keeping: Keeping;

  constructor(store: Store<StreamDocument>, keeping: Keeping) {
    [this.#store, this.#keeping] = [store, keeping];
  }

  /**
   * Appends what a message tells; the same message again gives the same entry. A new stream begins
   * at the time of day, so that one that was let go never counts again what a client has seen.
   */
  async append(id: string, told: Told): Promise<Entry> {
    for (;;) {
      const before = await this.#store.get(id);
      if (before) return entryOf(before);
      const seq = ((await this.#last(told.user))?.seq ?? clock.now()) + 1;
      try {
        const { user, type, time, data } = told;
        const place = placeOf(user, seq);
        const made = await this.#store.insert({ id, user, seq, place, type, time, data });
        await this.#drop(user, seq - this.#keeping.most);
        return entryOf(made);
      } catch (error) {
        // Another node was faster: with this message, or with this place.
        if (!isProblem(error, Duplicate)) throw error;
      }
    }
  }

  /** @param since the cursor of the last entry that is known */
  async since(user: string, since: number | undefined, limit: number): Promise<EntryPage> {
    const first = (await this.#store.find({ where: { user }, sort: "seq", limit: 1 })).items[0];
    const where = { user, ...(since === undefined ? {} : { seq: { gt: since } }) };
    const { items, next } = await this.#store.find({ where, sort: "seq", limit });
    const missed = since !== undefined && first !== undefined && first.seq > since + 1;
    return { items: items.map(entryOf), more: next !== null, missed };
  }

  /** All entries of a user, as they are kept. */
  async all(user: string): Promise<StreamDocument[]> {
    const found: StreamDocument[] = [];
    for await (const docs of this.#store.each({ user })) found.push(...docs);
    return found.toSorted((a, b) => a.seq - b.seq);
  }

  /** @returns how many entries there were */
  async remove(user: string): Promise<number> {
    const found = await this.all(user);
    for (const doc of found) await this.#store.remove(doc);
    return found.length;
  }

  /** Lets go of what is too old. */
  async sweep(): Promise<number> {
    const before = new Date(clock.now() - this.#keeping.days * 86_400_000).toISOString();
    let removed = 0;
    for (;;) {
      const { items } = await this.#store.find({
        where: { createdAt: { lt: before } },
        sort: "createdAt",
        limit: page,
      });
      for (const doc of items) await this.#store.remove(doc);
      removed += items.length;
      if (items.length < page) return removed;
    }
  }

  async #last(user: string): Promise<StreamDocument | undefined> {
    return (await this.#store.find({ where: { user }, sort: "-seq", limit: 1 })).items[0];
  }

  async #drop(user: string, seq: number): Promise<void> {
    const where = { place: placeOf(user, seq) };
    const [old] = (await this.#store.find({ where, limit: 1 })).items;
    if (old) await this.#store.remove(old);
  }
}
