/**
 * One subscription of this node: what is delivered is taken in hand, run, and its outcome written.
 * The node that has an ordered group's lease alone asks for messages, after it has taken over what
 * others left (keeping.ts).
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Reader, Subscription } from "../subscription.ts";
import type { Outcome } from "../trying.ts";
import { Claims } from "./claims.ts";
import type { Line } from "./connection.ts";
import { type Held, placesOf, type StreamEntry } from "./entries.ts";
import { Hand } from "./hand.ts";
import { Keeping } from "./keeping.ts";
import { Lease, type Told } from "./lease.ts";
import type { Settings } from "./options.ts";
import { Place } from "./place.ts";

/** After Redis was away. */
const writeAgainMs = 1_000;

export class Following {
  readonly channel: string;
  readonly group: string;
  readonly #place: Place;
  readonly #hand: Hand;
  readonly #keeping: Keeping;
  readonly #failed: (error: unknown) => void;

  /** @param settings `failed` is told when Redis could not be asked */
  constructor(
    { name, group, id }: Subscription,
    reader: Reader,
    line: Line,
    { idleMs, failed }: Settings & { failed(error: unknown): void },
  ) {
    this.channel = name;
    this.group = group;
    this.#failed = failed;
    this.#place = new Place(line, name, group, id);
    this.#hand = new Hand(
      reader,
      () => this.#keeping.isOurs,
      (message, outcome) => this.#write(message, outcome),
    );
    const lease = (told: Told) => new Lease(line, [name, group], id, idleMs, told);
    this.#keeping = new Keeping({
      ...{ hand: this.#hand, claims: new Claims(line, name, group, id), idleMs, failed },
      lease: reader.ordered ? lease : undefined,
      takeAll: () => this.#place.takeAll((messages) => this.#take(messages)),
    });
  }

  get inFlight(): number {
    return this.#hand.running;
  }

  /** How many messages may be asked for now. */
  get room(): number {
    return this.#keeping.isOurs ? this.#hand.room : 0;
  }

  /** Begins when the group is there. */
  async start(): Promise<void> {
    await this.#keeping.start();
  }

  /** @param isClaimed somebody had these in hand before, and is gone */
  async deliver(entries: readonly StreamEntry[], isClaimed: boolean): Promise<void> {
    try {
      const { turn, isOurs } = this.#keeping;
      const held = isOurs ? await this.#place.read(entries, isClaimed) : [];
      if (this.#keeping.isOurs && turn === this.#keeping.turn) this.#take(held);
      // Asked for while this node might read still: for one that may now.
      else await this.#keeping.leave(placesOf(entries));
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @returns how many handlers still run; their messages, and all others, come again elsewhere */
  async stop(withinMs: number): Promise<number> {
    const rest = await this.#hand.stop(withinMs);
    try {
      await this.#keeping.stop(rest);
    } catch (error) {
      // Others find it when this node is not heard of for a while.
      this.#failed(error);
    }
    return rest.running.length;
  }

  #take(messages: readonly Held[]): void {
    for (const message of messages) this.#hand.take(message);
  }

  /** What Redis could not be told is told again. */
  async #write(message: Held, outcome: Outcome): Promise<boolean> {
    while (true) {
      try {
        return await this.#place.write(message, outcome);
      } catch (error) {
        this.#failed(error);
        await wait(writeAgainMs, undefined, { ref: false });
      }
    }
  }
}
