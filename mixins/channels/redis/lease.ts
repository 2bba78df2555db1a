/**
 * Who reads for an ordered group: one node at a time, so that the order of a key holds over all.
 * The lease must be renewed; a node that is not heard of loses it to the next that asks, and knows
 * by its own clock that it may have.
 */
import type { Line } from "./connection.ts";
import { leaseScript, releaseScript } from "./scripts.ts";

export interface Told {
  /** It was not ours before. */
  got(): Promise<void>;
  /** It is another's now, or was over and may have been. */
  lost(): void;
  /** It is ours for its whole time from now. */
  held(): void;
}

export class Lease {
  readonly #line: Line;
  readonly #key: string;
  readonly #holder: string;
  readonly #ms: number;
  readonly #told: Told;
  #isOurs = false;
  #until = 0;

  constructor(
    line: Line,
    [channel, group]: readonly [string, string],
    holder: string,
    ms: number,
    told: Told,
  ) {
    this.#line = line;
    this.#key = line.keys.lease(channel, group);
    this.#holder = holder;
    this.#ms = ms;
    this.#told = told;
  }

  get isHeld(): boolean {
    return this.#isOurs && performance.now() < this.#until;
  }

  /** Takes or renews it, as far as nobody else has it. */
  async hold(): Promise<void> {
    // Got again after its time it is a new one: others may have had it, and gone, meanwhile.
    if (this.#isOurs && !this.isHeld) {
      this.#isOurs = false;
      this.#told.lost();
    }
    const before = this.#isOurs;
    const until = performance.now() + this.#ms;
    const asked = [this.#key, this.#holder, this.#ms] as const;
    const isOurs = Number(await this.#line.redis.eval(leaseScript, 1, ...asked)) === 1;
    if (isOurs && !before) await this.#told.got();
    if (!isOurs && before) this.#told.lost();
    this.#until = until;
    this.#isOurs = isOurs;
    if (isOurs) this.#told.held();
  }

  /** Others may have had it although its time is not over: it must be got again. */
  doubt(): void {
    this.#isOurs = false;
  }

  async release(): Promise<void> {
    this.#isOurs = false;
    await this.#line.redis.eval(releaseScript, 1, this.#key, this.#holder);
  }
}
