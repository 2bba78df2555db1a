/**
 * Which messages of a group may run next, and what became of those that ran. Keeps the order of
 * keys: of each key at most one message is busy (runs, or waits to be tried again), later ones are
 * held back. All of it runs inside a transaction; after a rollback call `read` again.
 */
import type { Graveyard } from "./graveyard.ts";
import type { Entry, Ledger } from "./ledger.ts";
import type { Outcome } from "./readers.ts";
import { state } from "./schema.ts";

/** With so many put off (failed, or held back by their key) a group takes nothing new. */
const maxPutOff = 10_000;

export class Intake {
  readonly #ledger: Ledger;
  readonly #graveyard: Graveyard;
  #ordered = false;
  #busy = new Set<string>();
  #floor = 0;
  #retrying = 0;
  #held = 0;

  constructor(ledger: Ledger, graveyard: Graveyard) {
    this.#ledger = ledger;
    this.#graveyard = graveyard;
  }

  /** Learns from disk where the group stands. */
  read(ordered: boolean, keysInHand: readonly string[]): void {
    const retrying = this.#ledger.retrying();
    this.#ordered = ordered;
    this.#busy = new Set(ordered ? [...retrying, ...keysInHand] : []);
    this.#floor = this.#ledger.floor();
    this.#retrying = retrying.length;
    this.#held = this.#ledger.held();
  }

  write(entry: Entry, outcome: Outcome): void {
    if (outcome.kind === "retry") {
      this.#retrying++;
      this.#ledger.retry(entry.seq, outcome);
      return;
    }
    if (outcome.kind === "dead") this.#graveyard.bury(this.#ledger.group, entry, outcome);
    this.#ledger.done(entry.seq);
    if (!this.#ordered) return;
    this.#busy.delete(entry.key);
    if (this.#held > 0 && this.#ledger.release(entry.key)) this.#held--;
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
  #place(entry: Entry, now: number): boolean {
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
