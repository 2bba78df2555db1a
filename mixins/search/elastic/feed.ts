/**
 * Brings changes into every generation that lives: what serves, and what any node is filling. After
 * each write it is looked which ones live now, and written to those that were not reached. So a
 * change that was read before a rebuild began, or while it was swapped in, is in the new generation
 * too, without any node waiting for another: either the write saw the generation, or the rebuild
 * reads the document after it was changed.
 */
import { SearchUnavailableError } from "../errors.ts";
import type { Line } from "./document.ts";
import type { Generations } from "./generations.ts";
import type { Lease } from "./lease.ts";
import { intakeOf } from "./names.ts";
import type { Server } from "./server.ts";
import { living, type State } from "./state.ts";
import { write } from "./writer.ts";

/** A generation comes and goes by rebuilds, which take seconds at least. */
const mostRounds = 6;

export class Feed {
  readonly #server: Server;
  readonly #generations: Generations;
  readonly #lease: Lease;
  /** As it was last seen: where to begin. */
  #state: State | undefined;
  /** What this node itself fills. */
  own: string | undefined;

  constructor(server: Server, generations: Generations, lease: Lease) {
    this.#server = server;
    this.#generations = generations;
    this.#lease = lease;
  }

  /** As it is now. What somebody else fills is watched, lest it stay when he is gone. */
  async look(): Promise<State> {
    this.#state = await this.#generations.open();
    for (const index of this.#state.building) {
      if (index !== this.own) void this.#lease.isHeld(index).catch(() => undefined);
    }
    return this.#state;
  }

  async write(lines: readonly Line[]): Promise<void> {
    const reached = new Set<string>();
    let state = this.#state ?? (await this.look());
    for (let round = 0; round < mostRounds; round++) {
      const missed = living(state).filter((index) => !reached.has(index));
      if (round > 0 && missed.length === 0) return;
      await Promise.all(missed.map((index) => write(this.#server, intakeOf(index), lines)));
      for (const index of missed) reached.add(index);
      state = await this.look();
    }
    throw new SearchUnavailableError(`The index at ${this.#server.where} changes all the time.`);
  }
}
