/**
 * One partition of an ordered group, read by this process alone as long as it holds the lease. What
 * failed waits in hand here, and so does what is held back by it: the order is known nowhere else.
 */
import type { ConsumerInfo, Msg } from "nats";
import { isAway, reasonOf } from "../away.ts";
import { Hand } from "../hand.ts";
import { Handling, heldOf, keyOf } from "../handling.ts";
import type { Parts, Subscriber } from "../parts.ts";
import { declarePartitions, inHand, partitionAtOnce } from "../positions.ts";
import { Pulls } from "../pulls.ts";
import { Running } from "../running.ts";
import { type Kept, Lane } from "./lane.ts";

const gatherMs = 200;
const againMs = 1_000;

export interface PartitionOptions {
  readonly partition: number;
  readonly subscriber: Subscriber;
  readonly parts: Parts;
  /** True while no other process can have it. */
  holds(): boolean;
  /** True if one more handler may begin now. */
  free(): boolean;
  begun(): void;
  /** A handler has ended. */
  ended(): void;
}

export class Partition {
  readonly #options: PartitionOptions;
  readonly #hand: Hand<Kept>;
  readonly #lane: Lane;
  readonly #handling: Handling;
  readonly #pulls: Pulls;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;
  readonly #running = new Running();

  constructor(options: PartitionOptions) {
    const { subscriber, partition } = options;
    const { names, connection, settings, log } = options.parts;
    this.#options = options;
    this.#hand = new Hand(connection, settings.ackWaitMs);
    this.#lane = new Lane(this.#hand);
    this.#handling = new Handling(subscriber, options.parts);
    this.#pulls = new Pulls({
      connection,
      log,
      stream: names.stream(subscriber.channel),
      durable: names.durable(subscriber.group, partition),
      ackWaitMs: settings.ackWaitMs,
      room: () => partitionAtOnce - this.#hand.size,
      take: (msg) => this.#take(msg),
      missing: async () => void (await this.#declare()),
    });
  }

  async start(): Promise<void> {
    const { subscriber, parts } = this.#options;
    const what = `The group '${subscriber.group}'`;
    const info = await parts.declarations.patiently(what, () => this.#declare());
    if (this.#stopped) return;
    this.#lane.begin(info.delivered.consumer_seq, info.num_ack_pending);
    this.#pulls.start();
    if (this.#lane.gathering) this.#gather();
  }

  /** Begins what may begin. */
  advance(): void {
    const { holds, free, begun } = this.#options;
    while (!this.#stopped && holds() && free()) {
      const kept = this.#lane.take();
      if (!kept) return;
      begun();
      this.#running.begin();
      void this.#run(kept);
    }
  }

  /** Waits for what runs, and gives back what is in hand. @returns how many still run */
  async stop(withinMs: number): Promise<number> {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#pulls.stop();
    const left = await this.#running.over(withinMs);
    for (const kept of this.#hand.all) this.#hand.giveBack(kept);
    this.#hand.close();
    return left;
  }

  async #declare(): Promise<ConsumerInfo> {
    const { subscriber, parts, partition } = this.#options;
    const [info] = await declarePartitions(subscriber, parts, [partition]);
    return info;
  }

  #take(msg: Msg): void {
    const held = heldOf(msg);
    if (!held) return;
    const kept: Kept = { ...held, key: keyOf(msg) };
    if (this.#stopped) {
      if (this.#hand.take(kept)) this.#hand.giveBack(kept);
      return;
    }
    const calm = !this.#lane.gathering;
    this.#lane.add(kept);
    if (this.#lane.gathering && calm) this.#gather();
    else this.advance();
  }

  /** Asks the server how much is in some hand until all of it is in this one. */
  #gather(): void {
    const { subscriber, parts, partition } = this.#options;
    this.#later(gatherMs, async () => {
      const pending = await inHand(subscriber, parts, partition);
      if (!this.#lane.gathered(pending)) this.#gather();
    });
  }

  async #run(kept: Kept): Promise<void> {
    let waitMs = againMs;
    try {
      const outcome = await this.#handling.try(kept);
      if (outcome === "over") this.#lane.over(kept);
      else waitMs = outcome;
    } catch (error) {
      if (!isAway(error)) this.#options.parts.log().error(reasonOf(error));
    }
    this.#running.end();
    if (this.#hand.has(kept)) this.#later(waitMs, () => this.#lane.again(kept));
    this.#pulls.pump();
    this.#options.ended();
  }

  #later(ms: number, fn: () => unknown): void {
    if (this.#stopped) return;
    const timer = setTimeout(async () => {
      this.#timers.delete(timer);
      await fn();
      this.advance();
    }, ms);
    this.#timers.add(timer);
  }
}
