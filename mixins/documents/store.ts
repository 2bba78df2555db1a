/**
 * What an actor does with its documents. Versions, times, the outbox and paging are here, once for
 * all engines; an engine only finds and writes.
 */
import { clock } from "../../services/shared/clock.ts";
import { born, type Draft, type Writing } from "./born.ts";
import type { Collection, Outgoing, Page, Query, Stored } from "./collection.ts";
import { copyOf } from "./copy.ts";
import { listMark, readCursor, writeCursor } from "./cursor.ts";
import { type Engine, ever } from "./engine.ts";
import { Conflict } from "./failures.ts";

/** Who sends the messages that documents hold. */
export interface Teller<D extends Stored> {
  /** The outbox of these has something to send, soon. */
  written(docs: readonly D[]): void;
  /** This one at once: its document is about to go. Resolves once the channel has stored it. */
  send(outgoing: Outgoing): Promise<void>;
}

export class Store<D extends Stored> {
  readonly #of: Collection<D>;
  readonly #engine: Engine<D>;
  readonly #teller: Teller<D> | undefined;

  /** @param teller none where nothing is told, or the messages are to wait in their documents */
  constructor(of: Collection<D>, engine: Engine<D>, teller?: Teller<D>) {
    this.#of = of;
    this.#engine = engine;
    this.#teller = teller;
  }

  async get(id: string): Promise<D | undefined> {
    return (await this.#engine.byIds([id]))[0];
  }

  /** Those that there are, in no order. */
  many(ids: readonly string[]): Promise<D[]> {
    return this.#engine.byIds(ids);
  }

  /** The document that holds the effect of an idempotency key. */
  async claimed(claim: string): Promise<D | undefined> {
    return (await this.find({ where: { claims: claim }, limit: 1 })).items[0];
  }

  /** @throws Duplicate, WriteFailed */
  async insert(draft: Draft<D>, writing: Writing = {}): Promise<D> {
    const doc = born<D>(draft, writing);
    await this.#engine.insert([copyOf(doc)]);
    this.#tell([doc]);
    return doc;
  }

  /** All or none. The drafts are taken over: change them no more. @throws Duplicate, WriteFailed */
  async insertMany(drafts: readonly { draft: Draft<D>; writing?: Writing }[]): Promise<void> {
    const docs = drafts.map(({ draft, writing }) => born<D>(draft, writing ?? {}));
    await this.#engine.insert(docs);
    this.#tell(docs);
  }

  /**
   * Writes documents as they are, those of another house: ids, versions, times and what is still to
   * be told stay. All or none; they are taken over. @throws Duplicate, WriteFailed
   */
  async adopt(docs: readonly D[]): Promise<void> {
    const telling = docs.map(({ id, outbox }) => ({ id, outbox }) as D);
    await this.#engine.insert(docs);
    this.#tell(telling);
  }

  /**
   * Writes the document over the one at its version, and answers it at the next.
   * Messages that wait in its outbox stay.
   * @throws Conflict when it was changed meanwhile or is gone; Duplicate, WriteFailed
   */
  async replace(doc: D, { tell = [], claim }: Writing = {}): Promise<D> {
    const next: D = { ...doc, version: doc.version + 1, updatedAt: clock.iso() };
    if (tell.length > 0) next.outbox = [...(doc.outbox ?? []), ...tell];
    if (claim) next.claims = [...(doc.claims ?? []), claim];
    if (!(await this.#engine.replace(copyOf(next), doc.version))) {
      throw Conflict({ collection: this.#of.name, id: doc.id });
    }
    this.#tell([next]);
    return next;
  }

  /**
   * Removes a document as it was read; what it still had to tell is told first.
   * @throws Conflict when it was changed meanwhile or is gone; what the channel throws
   */
  async remove({ id, version, outbox = [] }: Pick<D, "id" | "version" | "outbox">): Promise<void> {
    for (const outgoing of outbox) await this.#teller?.send(outgoing);
    if (!(await this.#engine.remove(id, version))) {
      throw Conflict({ collection: this.#of.name, id });
    }
  }

  /** One page. @throws CursorRefused when `after` belongs to another list */
  async find({ where = {}, sort = "id", limit, after }: Query): Promise<Page<D>> {
    const mark = () => listMark(this.#of.name, sort, where);
    const descending = sort.startsWith("-");
    const field = descending ? sort.slice(1) : sort;
    const most = Math.min(limit, 500);
    const found = await this.#engine.page({
      where,
      sort: { field, descending },
      limit: most + 1,
      ...(after === undefined ? {} : { after: readCursor(mark(), after) }),
    });
    const items = found.slice(0, most);
    const last = items.at(-1);
    if (found.length <= most || !last) return { items, next: null };
    const value = (last as Record<string, unknown>)[field];
    return {
      items,
      next: writeCursor(mark(), { value: value as string | undefined, id: last.id }),
    };
  }

  /** All documents of a query, page by page, in the order of their ids. */
  async *each(where: Query["where"] = {}, limit = 500): AsyncGenerator<D[]> {
    let after: string | undefined;
    do {
      const page = await this.find({ where, limit, after });
      if (page.items.length > 0) yield page.items;
      after = page.next ?? undefined;
    } while (after);
  }

  /** How many documents hold messages that were not sent yet, counted up to a limit. */
  async untold(limit: number): Promise<number> {
    return (await this.#engine.pending(ever, limit)).length;
  }

  #tell(docs: readonly D[]): void {
    const telling = docs.filter((doc) => doc.outbox && doc.outbox.length > 0);
    if (telling.length > 0) this.#teller?.written(telling);
  }
}
