/**
 * A lease: of several replicas of an actor one at a time does what only one may do. It is a document
 * that its holder writes anew again and again; whoever sees no new version for as long as a lease
 * lasts takes it. Clocks of machines are not compared. What is done under it is fenced by the
 * versions of the documents all the same: a holder that froze may wake beside its successor.
 */

import { isProblem } from "../services/shared/problem.ts";
import type { Stored } from "./documents/collection.ts";
import { Conflict, Duplicate } from "./documents/failures.ts";
import type { Store } from "./documents/store.ts";

export interface LeaseDocument extends Stored {
  /** The node; "" once it was given back. */
  holder: string;
}

export interface LeaseSettings {
  readonly store: Pick<Store<LeaseDocument>, "get" | "insert" | "replace">;
  /** Of what there is one. */
  readonly name: string;
  /** The node that asks for it. */
  readonly node: string;
  readonly lastsMs: number;
  gained(): void;
  /** It may be another's from now on: stop what is under way. */
  lost(): void;
  failed(error: unknown): void;
  /** Monotonic, milliseconds. */
  now(): number;
}

export class Lease {
  readonly #settings: LeaseSettings;
  #mine: LeaseDocument | undefined;
  #writtenAt = 0;
  /** The version of another's that was seen first, and when. */
  #seen: { version: number; at: number } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();

  constructor(settings: LeaseSettings) {
    this.#settings = settings;
  }

  /** Not beyond its time, also while nothing is heard of a renewal. */
  get isMine(): boolean {
    return this.#mine !== undefined && this.#heldMs < this.#settings.lastsMs;
  }

  /** Since it was last written. */
  get #heldMs(): number {
    return this.#settings.now() - this.#writtenAt;
  }

  /** Asks for it from now on, and keeps it. Resolves after the first try. */
  start(): Promise<void> {
    this.#timer = setInterval(() => {
      // A renewal that hangs does not fail. A tick later others may have it.
      if (this.#heldMs > this.#settings.lastsMs * 0.7) this.#lose();
      void this.#again();
    }, this.#settings.lastsMs / 4);
    this.#timer.unref();
    return this.#again();
  }

  /** Gives it back, so that another need not wait. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turn;
    const mine = this.#mine;
    this.#lose();
    if (mine) {
      const back = this.#settings.store.replace({ ...mine, holder: "" });
      await back.catch(this.#settings.failed);
    }
  }

  /** Who holds it, as far as the documents say. */
  async holder(): Promise<string | undefined> {
    const { store, name } = this.#settings;
    return (await store.get(name))?.holder || undefined;
  }

  #again(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#step()).catch(this.#settings.failed);
    return this.#turn;
  }

  async #step(): Promise<void> {
    try {
      await (this.#mine ? this.#renew(this.#mine) : this.#ask());
    } catch (error) {
      const isTaken = isProblem(error, Conflict) || isProblem(error, Duplicate);
      // Others may have it when it was not renewed for half its time: they count from later.
      if (isTaken || this.#heldMs > this.#settings.lastsMs / 2) this.#lose();
      if (!isTaken) throw error;
    }
  }

  async #renew(mine: LeaseDocument): Promise<void> {
    const at = this.#settings.now();
    const written = await this.#settings.store.replace(mine);
    // Given up meanwhile: it is asked for anew, and whoever is told of it hears that it is back.
    if (this.#mine !== mine) return;
    this.#mine = written;
    this.#writtenAt = at;
  }

  async #ask(): Promise<void> {
    const { store, name, node, lastsMs, now } = this.#settings;
    const found = await store.get(name);
    const at = now();
    if (found?.version !== this.#seen?.version)
      this.#seen = found && { version: found.version, at };
    const isFree =
      !found ||
      found.holder === "" ||
      found.holder === node ||
      at - (this.#seen?.at ?? 0) > lastsMs;
    if (!isFree) return;
    const holder = { holder: node };
    this.#mine = found
      ? await store.replace({ ...found, ...holder })
      : await store.insert({ id: name, ...holder });
    this.#writtenAt = at;
    this.#settings.gained();
  }

  #lose(): void {
    if (!this.#mine) return;
    this.#mine = undefined;
    this.#seen = undefined;
    this.#settings.lost();
  }
}
