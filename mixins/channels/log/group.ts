/**
 * One consumer group: asks the log's thread for as many messages as its readers have room for,
 * gives them out, and tells what came of them. One cycle, in one transaction: outcomes first, then
 * what is due again, then what is new. A cycle runs when something was sent, handled or became due;
 * nothing polls, and one is on its way at a time.
 */
import { clock } from "../../../services/shared/clock.ts";
import type { Reader } from "../subscription.ts";
import { handle, type Outcome, type Running } from "../trying.ts";
import type { Cycle, Entry, Taken } from "./protocol.ts";
import { Readers } from "./readers.ts";
import type { Thread } from "./thread.ts";
import { NextDue } from "./timer.ts";
import { Trouble } from "./trouble.ts";
import { type Ended, written } from "./written.ts";

/** Most messages given out in one cycle: keeps a transaction short. */
const maxTaken = 500;

export class Group {
  readonly channel: string;
  readonly name: string;
  /** Told of failed transactions (disk full): the outcomes are written again. */
  readonly trouble: Trouble;
  readonly #thread: Thread;
  readonly #readers = new Readers();
  readonly #timer = new NextDue(() => this.wake());
  readonly #inHand = new Set<Running<Entry, Reader>>();
  /** Its number in the log, once somebody joined. */
  id: number | undefined;
  #outcomes: Ended[] = [];
  /** How many threads had died when the group was entered. */
  #enteredAfter = -1;
  /** Told when a cycle has ended, well or not. */
  #cycle: Promise<void> | undefined;
  #isSent = false;
  #again = false;

  constructor(thread: Thread, channel: string, name: string) {
    this.#thread = thread;
    this.channel = channel;
    this.name = name;
    this.trouble = new Trouble(`The group '${name}' of '${channel}'`, () => this.wake());
  }

  get inFlight(): number {
    return this.#inHand.size;
  }

  get inUse(): boolean {
    return this.#readers.some || this.#inHand.size > 0;
  }

  /** @throws ChannelError LOG_UNAVAILABLE */
  async join(reader: Reader): Promise<void> {
    await this.#enter();
    this.#readers.add(reader);
    this.wake();
  }

  /**
   * Takes nothing more for this reader and waits for its handlers, at most `withinMs`.
   *
   * @returns how many still run; their messages come again after the next start
   */
  async leave(reader: Reader, withinMs: number): Promise<number> {
    this.#readers.remove(reader);
    if (!this.#readers.some) this.#timer.stop();
    await this.#readers.idle(reader, withinMs);
    // The cycle that is on its way may bring messages for nobody; the next one takes them back.
    await this.#cycle;
    await this.#cycle;
    return this.#readers.running(reader);
  }

  /** Something may have to be done: look, in the next transaction. */
  wake(): void {
    if (this.#outcomes.length === 0 && this.#readers.room === 0) return;
    if (this.#cycle) this.#again ||= this.#isSent;
    else this.#cycle = this.#run();
  }

  async #run(): Promise<void> {
    let telling: Ended[] = [];
    this.#again = false;
    try {
      await this.#enter();
      const asked = (): [Cycle] => {
        this.#isSent = true;
        telling = this.#outcomes.splice(0);
        return [this.#asked(telling)];
      };
      this.#given(await this.#thread.ask("cycle", asked));
      this.trouble.worked();
    } catch (error) {
      this.#outcomes = [...telling, ...this.#outcomes];
      this.#again = false;
      if (this.#thread.open) this.trouble.failed(error);
    }
    this.#isSent = false;
    this.#cycle = undefined;
    if (this.#again) this.wake();
  }

  #asked(telling: readonly Ended[]): Cycle {
    return {
      group: this.id ?? 0,
      ordered: this.#readers.ordered,
      written: telling.map(written),
      room: Math.min(this.#readers.room, maxTaken),
      now: clock.now(),
    };
  }

  #given({ entries, more, due }: Taken): void {
    if (this.#readers.some) this.#timer.set(due);
    for (const entry of entries) this.#start(entry);
    this.#again ||= more || this.#outcomes.length > 0;
  }

  /** Once per thread: what this process does not have in hand comes again. */
  async #enter(): Promise<void> {
    const { deaths } = this.#thread;
    if (this.#enteredAfter === deaths) return;
    this.id = await this.#thread.ask("enter", () => {
      const inHand = [...this.#inHand, ...this.#outcomes].map(({ entry }) => entry.seq);
      return [this.channel, this.name, inHand, clock.now()];
    });
    this.#enteredAfter = deaths;
  }

  #start(entry: Entry): void {
    const reader = this.#readers.roomiest();
    if (!reader) {
      this.#outcomes.push({ entry, outcome: { kind: "back" } });
      return;
    }
    const running = { entry, reader };
    this.#inHand.add(running);
    this.#readers.begin(reader);
    void handle(running, clock, Math.random).then((outcome) => this.#finish(running, outcome));
  }

  #finish(running: Running<Entry, Reader>, outcome: Outcome): void {
    this.#inHand.delete(running);
    this.#outcomes.push({ entry: running.entry, outcome });
    this.#readers.end(running.reader);
    this.wake();
  }
}
