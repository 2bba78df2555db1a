/**
 * Keeps what this node has in hand of one group noted as its own, by a timer. Not heard of for so
 * long that others may have taken over, the node lets go of what has not begun before anything
 * begins; what is still noted as its own comes again. An ordered group is kept by a lease beside.
 */
import type { Claims } from "./claims.ts";
import type { Hand } from "./hand.ts";
import type { Lease, Told } from "./lease.ts";

export interface Kept {
  readonly hand: Hand;
  readonly claims: Claims;
  /** Others may claim what was not renewed for so long. */
  readonly idleMs: number;
  /** Of an ordered group. */
  readonly lease: ((told: Told) => Lease) | undefined;
  /** Takes what others left of an ordered group. */
  takeAll(): Promise<void>;
  /** Told when Redis could not be asked. */
  failed(error: unknown): void;
}

export class Keeping {
  readonly #kept: Kept;
  readonly #lease: Lease | undefined;
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;
  /** Until then nobody may claim what this node has. */
  #until: number;
  #turn = 0;
  /** What was let go, and Redis not yet told. */
  #left: string[] = [];

  constructor(kept: Kept) {
    this.#kept = kept;
    this.#until = performance.now() + kept.idleMs;
    this.#lease = kept.lease?.({
      got: () => this.#takeOver(),
      lost: () => this.#letGo(),
      held: () => kept.hand.go(),
    });
  }

  /** Whether messages may be taken, and begun. */
  get isOurs(): boolean {
    return this.#lease?.isHeld ?? performance.now() < this.#until;
  }

  /** Another number once what had not begun was let go. */
  get turn(): number {
    return this.#turn;
  }

  async start(): Promise<void> {
    await this.#lease?.hold();
    const beat = () => {
      this.#beating ??= this.#beatAndTell();
    };
    this.#timer = setInterval(beat, this.#kept.idleMs / 3).unref();
  }

  /** Leaves to others what did not run here, which is not counted as a try of it. */
  async leave(places: readonly string[] = []): Promise<void> {
    const all = [...this.#left, ...places];
    this.#left = [];
    const inHand = new Set(this.#kept.hand.places);
    const left = all.filter((place) => !inHand.has(place));
    try {
      await this.#kept.claims.leave(left, 0);
    } catch (error) {
      this.#left.push(...left);
      throw error;
    }
  }

  /** Keeps nothing any more. */
  async stop({ left, running }: { left: string[]; running: string[] }): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    const { claims } = this.#kept;
    await claims.leave([...this.#left, ...left], 0);
    await claims.leave(running, 1);
    await claims.forget();
    await this.#lease?.release();
  }

  /** One at a time: a slow one must not undo what the next has done. */
  async #beatAndTell(): Promise<void> {
    try {
      await this.#beat();
    } catch (error) {
      this.#kept.failed(error);
    }
    this.#beating = undefined;
  }

  async #beat(): Promise<void> {
    const { hand, claims, idleMs } = this.#kept;
    await this.#lease?.hold();
    if (!this.isOurs) this.#letGo();
    await this.leave();
    if (this.#lease && !this.isOurs) return;
    const until = performance.now() + idleMs;
    const lost = new Set(await claims.renew(hand.places));
    if (hand.waiting.some((place) => lost.has(place))) {
      // Claimed by others all the same, as when the clock of Redis was set.
      this.#until = 0;
      this.#lease?.doubt();
      await this.#beat();
      return;
    }
    this.#until = until;
    hand.go();
  }

  #letGo(): void {
    this.#turn++;
    this.#left.push(...this.#kept.hand.forget());
  }

  async #takeOver(): Promise<void> {
    this.#letGo();
    await this.leave();
    await this.#kept.takeAll();
  }
}
