/**
 * An ordered group: its partitions are shared out among the processes that read it, each read by
 * one at a time. `maxInFlight` holds over all partitions of this process.
 */
import { newId } from "../../../../services/shared/ids.ts";
import type { GroupReader, Parts, Subscriber } from "../parts.ts";
import { declarePartitions } from "../positions.ts";
import { type LeaseHolder, Leases } from "./leases.ts";
import { Partition } from "./partition.ts";

export class OrderedReader implements GroupReader {
  readonly #subscriber: Subscriber;
  readonly #parts: Parts;
  readonly #leases: Leases;
  readonly #partitions = new Map<number, Partition>();
  readonly #closing = new Map<number, Promise<void>>();
  #running = 0;
  #turn = 0;
  #stopWithinMs: number;
  #left = 0;

  constructor(subscriber: Subscriber, parts: Parts) {
    this.#subscriber = subscriber;
    this.#parts = parts;
    this.#stopWithinMs = parts.settings.stopWithinMs;
    this.#leases = new Leases(parts, subscriber.channel, subscriber.group, this.#holder());
  }

  get running(): number {
    return this.#running;
  }

  async start(): Promise<void> {
    await this.#parts.declarations.patiently(`The group '${this.#subscriber.group}'`, () =>
      declarePartitions(this.#subscriber, this.#parts),
    );
    await this.#leases.start();
  }

  async stop(withinMs: number): Promise<number> {
    this.#stopWithinMs = withinMs;
    await this.#leases.stop();
    return this.#left;
  }

  #holder(): LeaseHolder {
    const at = (partition: number) => this.#partitions.get(partition);
    return {
      owner: newId(),
      gained: (partition) => this.#open(partition),
      renewed: (partition) => at(partition)?.advance(),
      leave: (partition) => this.#close(partition),
      lost: (partition) => void this.#close(partition),
    };
  }

  #open(partition: number): void {
    const opened = new Partition({
      partition,
      subscriber: this.#subscriber,
      parts: this.#parts,
      holds: () => this.#leases.holds(partition),
      free: () => this.#running < this.#subscriber.maxInFlight,
      begun: () => void this.#running++,
      ended: () => this.#ended(),
    });
    this.#partitions.set(partition, opened);
    const start = async () => {
      await this.#closing.get(partition);
      await opened.start();
    };
    start().catch((error) => this.#parts.log().error("An ordered group stopped:", error));
  }

  /** What runs may end before the partition is opened here again. */
  async #close(partition: number): Promise<void> {
    const stopping = this.#partitions.get(partition)?.stop(this.#stopWithinMs);
    this.#partitions.delete(partition);
    if (!stopping) return;
    const closing = stopping.then((left) => {
      this.#left += left;
    });
    this.#closing.set(partition, closing);
    await closing;
    this.#closing.delete(partition);
  }

  /** There is room: another partition has its turn first each time. */
  #ended(): void {
    this.#running--;
    const all = [...this.#partitions.values()];
    this.#turn = (this.#turn + 1) % Math.max(1, all.length);
    for (const one of [...all.slice(this.#turn), ...all.slice(0, this.#turn)]) one.advance();
  }
}
