/**
 * Whoever fills a generation leaves a beat in it. Where the beat stands still for the length of a
 * lease, the filler is dead or frozen, and the generation is dropped: what it may still write is
 * then refused. Only own clocks are compared with themselves, so it matters not that they differ.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Claim, Generations } from "./generations.ts";
import type { Server } from "./server.ts";

/** No document has this id. */
const beatId = "~beat";
const beatsPerLease = 5;

export class Lease {
  readonly #server: Server;
  readonly #generations: Generations;
  readonly #leaseMs: number;
  readonly #watches = new Map<string, Promise<boolean>>();
  readonly #ending = new AbortController();

  constructor(server: Server, generations: Generations, leaseMs: number) {
    this.#server = server;
    this.#generations = generations;
    this.#leaseMs = leaseMs;
  }

  /** Beats in a generation until it is told to stop, or the generation is gone. */
  hold(claim: Claim): () => void {
    const ending = new AbortController();
    const signal = AbortSignal.any([ending.signal, this.#ending.signal]);
    void this.#beatOn(claim, signal);
    return () => ending.abort();
  }

  /**
   * Watches a generation that somebody else fills, and drops it when nobody does.
   *
   * @returns whether somebody does, after the length of a lease at most
   */
  isHeld(index: string): Promise<boolean> {
    const known = this.#watches.get(index);
    if (known) return known;
    const watch = this.#watch(index).finally(() => this.#watches.delete(index));
    this.#watches.set(index, watch);
    return watch;
  }

  close(): void {
    this.#ending.abort();
  }

  async #beatOn(claim: Claim, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // What goes wrong is seen by the rebuild itself.
      await this.#beat(claim).catch(() => undefined);
      await this.#pause(signal);
    }
  }

  #beat({ alias }: Claim): Promise<unknown> {
    const beat = { index: alias, id: beatId, document: { live: false } };
    return this.#server.feed((client, options) =>
      client.index({ ...beat, require_alias: true }, options),
    );
  }

  async #watch(index: string): Promise<boolean> {
    const first = await this.#lastBeat(index);
    for (let n = 0; n <= beatsPerLease; n++) {
      await this.#pause(this.#ending.signal);
      if (this.#ending.signal.aborted) return true;
      if ((await this.#lastBeat(index)) !== first) return true;
    }
    // It may have been finished since it was seen: its beats have ended then as well.
    await this.#generations.giveUp(index);
    return false;
  }

  /** The number of the last beat, 0 before the first. */
  async #lastBeat(index: string): Promise<number> {
    const found = await this.#server.feed((client, options) =>
      client.get({ index, id: beatId, _source: false }, { ...options, ignore: [404] }),
    );
    return found._version ?? 0;
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const ms = this.#leaseMs / beatsPerLease;
    await wait(ms, undefined, { ref: false, signal }).catch(() => undefined);
  }
}
