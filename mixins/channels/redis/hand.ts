/**
 * What this node has in hand of one group: runs as many handlers as were asked, holds back what
 * waits for its time or its next try, and of each key of an ordered group all but the first. No
 * I/O: `write` is told what came of a message, and says whether it may be tried again here.
 */
import { setTimeout as wait } from "node:timers/promises";
import { clock } from "../../../services/shared/clock.ts";
import type { Reader } from "../subscription.ts";
import { handle, type Outcome } from "../trying.ts";
import type { Held } from "./entries.ts";
import { Waits } from "./waits.ts";

/** With so many put off the node takes nothing new for the group. */
const maxPutOff = 1_000;

export class Hand {
  readonly #reader: Reader;
  readonly #write: (message: Held, outcome: Outcome) => Promise<boolean>;
  readonly #all = new Set<string>();
  readonly #running = new Map<string, Held>();
  readonly #mayRun: () => boolean;
  readonly #waits = new Waits();
  readonly #behind = new Map<string, Held[]>();
  #ready: Held[] = [];
  #isStopping = false;
  #idle: (() => void) | undefined;

  constructor(
    reader: Reader,
    mayRun: () => boolean,
    write: (message: Held, outcome: Outcome) => Promise<boolean>,
  ) {
    this.#reader = reader;
    this.#mayRun = mayRun;
    this.#write = write;
  }

  /** The places of all that it has. */
  get places(): string[] {
    return [...this.#all];
  }

  /** The places of what does not run. */
  get waiting(): string[] {
    return this.places.filter((place) => !this.#running.has(place));
  }

  get running(): number {
    return this.#running.size;
  }

  /** How many more to ask for: as many again as may run wait at the ready. */
  get room(): number {
    const putOff = this.#all.size - this.#running.size - this.#ready.length;
    if (this.#isStopping || putOff >= maxPutOff) return 0;
    return Math.max(0, 2 * this.#reader.maxInFlight - this.#running.size - this.#ready.length);
  }

  /** Takes a message, unless it has it already. */
  take(message: Held): void {
    if (this.#all.has(message.seq)) return;
    this.#all.add(message.seq);
    this.#waits.until(message.notBefore, () => this.#line(message));
  }

  /**
   * Begins nothing more, and waits for what runs, at most so long.
   *
   * @returns the places of what it leaves, and which of these still run
   */
  async stop(withinMs: number): Promise<{ left: string[]; running: string[] }> {
    this.#isStopping = true;
    this.#waits.clear();
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    if (this.#running.size > 0) await Promise.race([idle, wait(withinMs, 0, { ref: false })]);
    const running = [...this.#running.keys()];
    return { left: this.waiting, running };
  }

  /** Lets go of what does not run: somebody else may have it. @returns its places */
  forget(): string[] {
    const left = this.waiting;
    this.#waits.clear();
    this.#ready = [];
    this.#behind.clear();
    this.#all.clear();
    for (const { seq, key } of this.#running.values()) {
      this.#all.add(seq);
      this.#behind.set(key, []);
    }
    return left;
  }

  get #mayBegin(): boolean {
    const hasRoom = this.#running.size < this.#reader.maxInFlight;
    return hasRoom && !this.#isStopping && this.#mayRun();
  }

  #line(message: Held): void {
    const { key } = message;
    if (this.#reader.ordered && key !== "") {
      const behind = this.#behind.get(key);
      if (behind) {
        behind.push(message);
        return;
      }
      this.#behind.set(key, []);
    }
    this.#start(message);
  }

  #start(message: Held): void {
    this.#ready.push(message);
    this.go();
  }

  /** Begins what may run now. */
  go(): void {
    while (this.#mayBegin) {
      const next = this.#ready.shift();
      if (!next) return;
      void this.#run(next);
    }
  }

  async #run(message: Held): Promise<void> {
    this.#running.set(message.seq, message);
    const outcome = await handle({ entry: message, reader: this.#reader }, clock, Math.random);
    const isOurs = await this.#write(message, outcome);
    this.#running.delete(message.seq);
    if (outcome.kind === "retry" && isOurs) {
      const { attempts, at, due } = outcome;
      const error = JSON.stringify(outcome.error);
      const again = { ...message, attempts, error, firstAt: message.firstAt ?? at };
      this.#waits.until(due, () => this.#start(again));
    } else this.#release(message);
    this.go();
    if (this.#running.size === 0) this.#idle?.();
  }

  #release({ seq, key }: Held): void {
    this.#all.delete(seq);
    const behind = this.#behind.get(key);
    const next = behind?.shift();
    if (next) this.#ready.push(next);
    else if (behind) this.#behind.delete(key);
  }
}
