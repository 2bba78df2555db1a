/**
 * One consumer group: takes messages from the log as far as its readers have room, gives them out,
 * and writes what came of them. One cycle, in one transaction: outcomes first, then what is due
 * again, then what is new. A cycle runs when something was sent, handled or became due; nothing
 * polls.
 */
import { clock } from "../../services/shared/clock.ts";
import type { Commits, Job } from "./commits.ts";
import type { Intake } from "./intake.ts";
import type { Entry, Ledger } from "./ledger.ts";
import { handle, type Outcome, type Reader, type Running, roomiest, usedUp } from "./readers.ts";
import { NextDue } from "./timer.ts";

/** Most messages given out in one cycle: keeps a transaction short. */
const maxTaken = 500;
/** After a failed transaction (disk full) the outcomes are written again. */
const writeAgainMs = 1_000;

export class Group implements Job {
  readonly rows = 100;
  readonly bytes = 0;
  readonly durable = false;
  readonly ledger: Ledger;
  readonly #intake: Intake;
  readonly #commits: Commits;
  readonly #timer = new NextDue(() => this.wake());
  readonly #readers: Reader[] = [];
  readonly #running = new Map<Reader, number>();
  readonly #inHand = new Set<Running>();
  #outcomes: { entry: Entry; outcome: Outcome }[] = [];
  #taken: Entry[] = [];
  #more = false;
  #scheduled = false;
  #current = false;
  #idle = new Map<Reader, () => void>();

  constructor(ledger: Ledger, intake: Intake, commits: Commits) {
    this.ledger = ledger;
    this.#intake = intake;
    this.#commits = commits;
  }

  get inFlight(): number {
    return this.#inHand.size;
  }

  get inUse(): boolean {
    return this.#readers.length > 0 || this.#inHand.size > 0;
  }

  join(reader: Reader): void {
    this.#readers.push(reader);
    this.#current = false;
    this.wake();
  }

  /**
   * Takes nothing more for this reader and waits for its handlers, at most `withinMs`.
   *
   * @returns how many still run; their messages come again after the next start
   */
  async leave(reader: Reader, withinMs: number): Promise<number> {
    const at = this.#readers.indexOf(reader);
    if (at !== -1) this.#readers.splice(at, 1);
    if (this.#readers.length === 0) this.#timer.stop();
    if (this.#count(reader) > 0) await this.#handlersOf(reader, withinMs);
    await this.#commits.idle();
    return this.#count(reader);
  }

  /** Something may have to be done: look, in the next transaction. */
  wake(): void {
    if (this.#scheduled || (this.#outcomes.length === 0 && this.#room() === 0)) return;
    this.#scheduled = true;
    this.#commits.add(this);
  }

  run(): void {
    if (!this.#current) this.#read();
    for (const { entry, outcome } of this.#outcomes) this.#intake.write(entry, outcome);
    const { entries, more } = this.#intake.take(clock.now(), Math.min(this.#room(), maxTaken));
    this.#taken = entries;
    this.#more = more;
    if (this.#readers.length > 0) this.#timer.set(this.ledger.nextDue());
  }

  settle(error?: Error): void {
    this.#scheduled = false;
    if (error) {
      this.#current = false;
      if (this.#commits.open) setTimeout(() => this.wake(), writeAgainMs).unref();
      return;
    }
    this.#outcomes = [];
    for (const entry of this.#taken.splice(0)) this.#start(entry);
    if (this.#more) this.wake();
  }

  #read(): void {
    const unwritten = [...this.#inHand, ...this.#outcomes].map(({ entry }) => entry.key);
    const ordered = this.#readers.some((reader) => reader.ordered);
    this.#intake.read(ordered, unwritten);
    this.#current = true;
  }

  #count = (reader: Reader): number => this.#running.get(reader) ?? 0;

  #room(): number {
    return this.#readers.reduce(
      (sum, it) => sum + Math.max(0, it.maxInFlight - this.#count(it)),
      0,
    );
  }

  #start(entry: Entry): void {
    const reader = roomiest(this.#readers, this.#count);
    if (!reader) throw new Error("A message was taken although no reader had room.");
    const running = { entry, reader };
    this.#inHand.add(running);
    this.#running.set(reader, this.#count(reader) + 1);
    const over = usedUp(running, clock.now());
    if (over) reader.failed(entry, over.error, over);
    const outcome = over ? Promise.resolve(over) : handle(running, clock, Math.random);
    void outcome.then((it) => this.#finish(running, it));
  }

  #finish(running: Running, outcome: Outcome): void {
    const { entry, reader } = running;
    this.#inHand.delete(running);
    this.#running.set(reader, this.#count(reader) - 1);
    this.#outcomes.push({ entry, outcome });
    if (this.#count(reader) === 0) this.#idle.get(reader)?.();
    this.wake();
  }

  async #handlersOf(reader: Reader, withinMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, withinMs);
      this.#idle.set(reader, () => {
        clearTimeout(limit);
        resolve();
      });
    });
    this.#idle.delete(reader);
  }
}
