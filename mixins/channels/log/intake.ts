/**
 * Which messages of a group may run next, and what became of those that ran. Keeps the order of
 * keys: of each key at most one message is busy (runs, or waits to be tried again), later ones are
 * held back. All of it runs inside a transaction; after a rollback it must `forget`.
 */
import type { Graveyard } from "./graveyard.ts";
import type { Found, Ledger } from "./ledger.ts";
import type { Entry, Written } from "./protocol.ts";
import { state } from "./schema.ts";

/** With so many put off (failed, or held back by their key) a group takes nothing new. */
const maxPutOff = 10_000;

export class Intake {
  readonly #ledger: Ledger;
  readonly #graveyard: Graveyard;
  #ordered: boolean | undefined;
  #busy = new Set<string>();
  #floor = 0;
  #retrying = 0;
  #held = 0;

  constructor(ledger: Ledger, graveyard: Graveyard) {
    this.#ledger = ledger;
    this.#graveyard = graveyard;
  }

  /** Learns from disk where the group stands, unless it knows. */
  read(ordered: boolean): void {
    if (this.#ordered === ordered) return;
    if (!ordered) this.#ledger.releaseAll();
    const { keys, retrying } = this.#ledger.busy();
    this.#ordered = ordered;
    this.#busy = new Set(ordered ? keys : []);
    this.#floor = this.#ledger.floor();
    this.#retrying = retrying;
    this.#held = this.#ledger.held();
  }

  forget(): void {
    this.#ordered = undefined;
  }

  /** The retention took messages that were put off: what stood behind them stands in line again. */
  dropped(): void {
    this.#ledger.releaseAll();
    this.forget();
  }

  write(it: Written): void {
    if (it.kind === "retry" || it.kind === "back") {
      const isKept = it.kind === "retry" ? this.#ledger.retry(it) : this.#ledger.back(it.seq);
      if (isKept) this.#retrying++;
      return;
    }
    if (it.kind === "dead") this.#graveyard.bury(this.#ledger.group, it);
    // What was dropped while it ran holds its key no more: a later message may have it.
    if (!this.#ledger.done(it.seq) || !this.#ordered) return;
    this.#busy.delete(it.key);
    if (this.#held > 0 && this.#ledger.release(it.key)) this.#held--;
  }

  /**
   * Takes up to `room` messages that may run now.
   *
   * @returns them, and whether there is more to look at although there was room
   */
  take(now: number, room: number): { entries: Entry[]; more: boolean } {
    if (room <= 0) return { entries: [], more: false };
    const due = this.#ledger.due(now, room);
    const left = this.#retrying + this.#held < maxPutOff ? room - due.length : 0;
    const fresh = left > 0 ? this.#ledger.fresh(this.#floor, left) : [];
    const entries = [...due, ...fresh].filter((entry) => this.#place(entry, now));
    const last = fresh.at(-1);
    if (last) {
      this.#floor = last.seq;
      this.#ledger.raise(last.seq);
    }
    return { entries, more: due.length + fresh.length === room && entries.length < room };
  }

  /** True if it runs now; else it is put off. */
  #place(entry: Found, now: number): boolean {
    const again = entry.state === state.retry;
    if (entry.not_before > now) {
      this.#ledger.put(entry, state.delayed, entry.not_before);
      return false;
    }
    if (this.#ordered && entry.key !== "") {
      if (!again && this.#busy.has(entry.key)) {
        this.#held++;
        this.#ledger.put(entry, state.held);
        return false;
      }
      this.#busy.add(entry.key);
    }
    if (again) this.#retrying--;
    this.#ledger.put(entry, state.running);
    return true;
  }
}
