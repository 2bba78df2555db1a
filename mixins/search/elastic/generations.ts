/**
 * The generations of an index in the cluster. Everything that nodes must agree on stands there: an
 * index is made under its number by one node only, its aliases say what it is for, and a swap is
 * one change of aliases.
 */
import { randomBytes } from "node:crypto";
import { RebuildElsewhereError, SearchUnavailableError } from "../errors.ts";
import { IndexAwayError } from "./failures.ts";
import type { Indices } from "./indices.ts";
import { refreshEvery } from "./mapping.ts";
import { claimOf, type Names } from "./names.ts";
import { orphans, outdated, type State, stateOf } from "./state.ts";

/** A generation that one rebuild of one node fills. */
export interface Claim {
  readonly index: string;
  /** The alias that says so. */
  readonly alias: string;
}

/** Nodes may make the first generation at once, or somebody may remove it. */
const mostTries = 5;

export class Generations {
  readonly #indices: Indices;
  readonly #names: Names;

  constructor(indices: Indices, names: Names) {
    this.#indices = indices;
    this.#names = names;
  }

  /** The state once there is something that serves; the first generation is made empty. */
  async open(): Promise<State> {
    for (let tries = 0; tries < mostTries; tries++) {
      const state = await this.#state();
      if (state.serving !== undefined) return state;
      const index = this.#names.generation(state.latest + 1);
      await this.#indices.create(index, [this.#names.serving], refreshEvery);
    }
    throw new SearchUnavailableError(
      `No index of ${this.#names.serving} stays: see who removes it.`,
    );
  }

  /**
   * Makes a generation to be filled. A number may come again after one was dropped: it is by its
   * alias that a rebuild knows its own.
   *
   * @throws RebuildElsewhereError where another node was first
   */
  async begin(): Promise<Claim> {
    const { latest } = await this.open();
    const index = this.#names.generation(latest + 1);
    const alias = claimOf(index, randomBytes(6).toString("hex"));
    // Never seen by itself: nobody searches it while it is filled.
    const made = await this.#indices.create(index, [this.#names.building, alias], "-1");
    if (!made) throw elsewhere();
    const { building } = await this.#state();
    if (building.every((other) => other === index)) return { index, alias };
    await this.#indices.drop(index);
    throw elsewhere();
  }

  /**
   * Lets a generation serve in place of whatever does, all at once.
   *
   * @throws IndexAwayError where the claim is lost: nothing has changed then
   */
  async swap(claim: Claim): Promise<void> {
    const { serving, filled } = this.#names;
    const { index } = claim;
    await this.#indices.reveal(claim.alias, refreshEvery);
    const { serving: old } = await this.#state();
    await this.#indices.change([
      ...this.#unclaim(claim),
      ...[serving, filled].map((alias) => ({ add: { index, alias } })),
      ...(old === undefined || old === index ? [] : [{ remove_index: { index: old } }]),
    ]);
    await this.#tidy();
  }

  /** Drops a generation if it is still this rebuild's own. */
  forgo(claim: Claim): Promise<void> {
    return this.#dropAfter(this.#unclaim(claim), claim.index);
  }

  /** Drops a generation if it is still being filled: what serves by now stays. */
  giveUp(index: string): Promise<void> {
    const { building } = this.#names;
    return this.#dropAfter([{ remove: { index, alias: building, must_exist: true } }], index);
  }

  async #dropAfter(changes: Parameters<Indices["change"]>[0], index: string): Promise<void> {
    try {
      await this.#indices.change(changes);
    } catch (error) {
      if (error instanceof IndexAwayError) return;
      throw error;
    }
    await this.#indices.drop(index);
  }

  async #state(): Promise<State> {
    return stateOf(this.#names, await this.#indices.aliases(this.#names.all));
  }

  /** Only whoever has the claim can give it up. */
  #unclaim({ index, alias }: Claim) {
    const gone = [alias, this.#names.building];
    return gone.map((one) => ({ remove: { index, alias: one, must_exist: true } }));
  }

  /** Drops what older versions and rebuilds that were broken off have left. */
  async #tidy(): Promise<void> {
    const all = await this.#indices.aliases(this.#names.family);
    const left = [...outdated(this.#names, Object.keys(all)), ...orphans(this.#names, all)];
    for (const old of left) await this.#indices.drop(old);
  }
}

const elsewhere = () =>
  new RebuildElsewhereError("Another node builds the index: it serves all nodes when it is done.");
