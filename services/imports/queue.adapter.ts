/**
 * The queue of imports: one at a time, the oldest first, and before them what was under way when
 * the house fell. Brings each to its end: waits for the index, stores the report, tidies up.
 */
import { Unreadable } from "../../mixins/intake/unreadable.ts";
import { absorb, cards } from "../catalog/absorb.contract.ts";
import { clock } from "../shared/clock.ts";
import { call, tell } from "../shared/wire.ts";
import { Ending, lacksRejects } from "./ending.adapter.ts";
import { failureOf } from "./failing.adapter.ts";
import { begun, stored } from "./import.ts";
import { optionsOf, view } from "./import-state.ts";
import { type Around, Running } from "./imports.adapter.ts";
import { progressed } from "./imports.contract.ts";
import type { ImportDocument } from "./imports.store.ts";
import { type House, setupOf } from "./settings.ts";

const progressMs = 250;

export class ImportQueue {
  readonly #house: House;
  readonly #ending: Ending;
  #turn: Promise<void> = Promise.resolve();
  #course: Promise<unknown> = this.#turn;
  #current: ImportDocument | undefined;
  #running: Running | undefined;
  #waiting = new AbortController();
  readonly #closing = new AbortController();
  #toldAt = 0;

  constructor(house: House) {
    this.#house = house;
    const keeping = { save: this.#save.bind(this), show: this.#show.bind(this) };
    this.#ending = new Ending({ ...house, ...keeping }, this.#closing.signal);
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Something may be in the queue. */
  go(): void {
    this.#turn = this.#turn
      .then(() => this.#all())
      .catch((error) => this.#house.logger.error("The queue of imports stands still:", error));
  }

  /** The import under way, as it stands now. */
  current(id: string): ImportDocument | undefined {
    return this.#current?.id === id ? this.#current : undefined;
  }

  /** An end that could not be written down yet is none: it goes on. */
  forget(id: string): void {
    if (this.#current?.id === id) this.#current = undefined;
  }

  /** Stops the import if it is under way, after the batch in hand. */
  async stop(id: string): Promise<void> {
    if (this.#current?.id !== id || this.#current.endedAt) return;
    this.#waiting.abort();
    await this.#running?.stop();
    await this.#course;
  }

  /** Stops what is under way; it goes on when the house stands again. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#waiting.abort();
    await this.#running?.stop();
    await this.#turn;
  }

  async #all(): Promise<void> {
    const { store } = this.#house;
    for (const status of ["running", "queued"]) {
      for (;;) {
        const [next] = (await store.find({ where: { status }, sort: "createdAt", limit: 1 })).items;
        if (!next || this.#isClosed) break;
        this.#course = this.#run(next);
        // The others wait behind it, until the queue is looked at again.
        if (!(await this.#course)) return;
      }
    }
  }

  /** Runs it to its end, or until the house stops. Answers whether it could be begun at all. */
  async #run(doc: ImportDocument): Promise<boolean> {
    this.#waiting = new AbortController();
    const { settings, logger } = this.#house;
    try {
      const state = begun(doc, clock.iso(), lacksRejects(settings, doc));
      // The node before may just have written its last checkpoint: the import fails by none of it.
      const first = await this.#save(state).catch((error) =>
        logger.warn(`The import ${doc.id} cannot be begun yet, it is tried again:`, error),
      );
      if (!first) return false;
      this.#running = new Running(first, setupOf(settings, doc), this.#around(doc));
      const end = await this.#running.ended;
      if (end) await this.#complete(this.#running.state, end.orphans);
      else if (!this.#isClosed) await this.#ending.end(this.#current ?? first, "cancelled");
    } catch (error) {
      if (this.#isClosed) return true;
      const behind = error instanceof Unreadable ? error.cause : error;
      if (behind !== undefined) logger.error(`The import ${doc.id} failed:`, behind);
      await this.#ending.end(this.#current ?? doc, "failed", failureOf(error));
    } finally {
      this.#current = undefined;
      this.#running = undefined;
    }
    return true;
  }

  async #complete(state: ImportDocument, orphans: number): Promise<void> {
    const next = await this.#save(stored(state, orphans, clock.iso()));
    const note = await this.#ending.index(next, this.#waiting.signal);
    // Closed meanwhile: its checkpoint covers all rows, so it will soon be here again.
    if (!this.#isClosed) await this.#ending.end(next, "done", note);
  }

  async #save(state: ImportDocument): Promise<ImportDocument> {
    this.#current = await this.#house.store.replace(state);
    this.#show(this.#current);
    return this.#current;
  }

  #show(state: ImportDocument): void {
    this.#current = state;
    if (state.status === "running" && performance.now() - this.#toldAt < progressMs) return;
    this.#toldAt = performance.now();
    void tell(this.#house.broker, progressed, view(state));
  }

  #around(doc: ImportDocument): Around {
    const { state } = optionsOf(doc);
    return {
      absorb: (rows) => call(this.#house.broker, absorb, { run: doc.id, state, rows }),
      cards: (keys) => call(this.#house.broker, cards, { keys }),
      save: (next) => this.#save(next),
      moved: (next) => this.#show(next),
      now: () => performance.now(),
    };
  }
}
