/**
 * One subscription of this node: what it has in hand, kept alive in Redis by a timer. The node that
 * has an ordered group's lease alone asks for messages, after it has taken over what others left.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Reader, Subscription } from "../subscription.ts";
import type { Outcome } from "../trying.ts";
import type { Line } from "./connection.ts";
import { Hand, type Held } from "./hand.ts";
import { Lease } from "./lease.ts";
import type { Settings } from "./options.ts";
import { Place, type StreamEntry } from "./place.ts";

/** After Redis was away. */
const writeAgainMs = 1_000;

export class Following {
  readonly channel: string;
  readonly group: string;
  readonly #place: Place;
  readonly #hand: Hand;
  readonly #lease: Lease | undefined;
  readonly #idleMs: number;
  readonly #failed: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param settings `failed` is told when Redis could not be asked */
  constructor(
    { name, group, id }: Subscription,
    reader: Reader,
    line: Line,
    { idleMs, failed }: Settings & { failed(error: unknown): void },
  ) {
    this.channel = name;
    this.group = group;
    this.#idleMs = idleMs;
    this.#failed = failed;
    this.#place = new Place(line, name, group, id);
    this.#hand = new Hand(
      reader,
      () => this.#mayRead,
      (message, outcome) => this.#write(message, outcome),
    );
    const told = {
      got: () => this.#place.takeAll((messages) => this.#take(messages)),
      lost: () => this.#hand.forget(),
      held: () => this.#hand.go(),
    };
    const named = [name, group] as const;
    this.#lease = reader.ordered ? new Lease(line, named, id, idleMs, told) : undefined;
  }

  get inFlight(): number {
    return this.#hand.running;
  }

  /** How many messages may be asked for now. */
  get room(): number {
    return this.#mayRead ? this.#hand.room : 0;
  }

  /** Begins when the group is there. */
  async start(): Promise<void> {
    await this.#lease?.hold();
    this.#timer = setInterval(() => void this.#beat(), this.#idleMs / 3).unref();
  }

  /** @param isClaimed somebody had these in hand before, and is gone */
  async deliver(entries: readonly StreamEntry[], isClaimed: boolean): Promise<void> {
    try {
      if (this.#mayRead) this.#take(await this.#place.read(entries, isClaimed));
      // Asked for while this node might read still: for the one that may now.
      else await this.#place.leave(placesOf(entries), 0);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @returns how many handlers still run; their messages, and all others, come again elsewhere */
  async stop(withinMs: number): Promise<number> {
    const { left, running } = await this.#hand.stop(withinMs);
    clearInterval(this.#timer);
    try {
      await this.#place.leave(left, 0);
      await this.#place.leave(running, 1);
      if (left.length + running.length === 0) await this.#place.forgetConsumer();
      await this.#lease?.release();
    } catch (error) {
      // Others find it when this node is not heard of for a while.
      this.#failed(error);
    }
    return running.length;
  }

  get #mayRead(): boolean {
    return this.#lease?.isHeld ?? true;
  }

  #take(messages: readonly Held[]): void {
    for (const message of messages) this.#hand.take(message);
  }

  /** What Redis could not be told is told again. */
  async #write(message: Held, outcome: Outcome): Promise<void> {
    while (true) {
      try {
        return await this.#place.write(message, outcome);
      } catch (error) {
        this.#failed(error);
        await wait(writeAgainMs, undefined, { ref: false });
      }
    }
  }

  async #beat(): Promise<void> {
    try {
      await this.#lease?.hold();
      if (this.#mayRead) await this.#place.renew(this.#hand.places);
    } catch (error) {
      this.#failed(error);
    }
  }
}

const placesOf = (entries: readonly StreamEntry[]): string[] => entries.map(([id]) => String(id));
