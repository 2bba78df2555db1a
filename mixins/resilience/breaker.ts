/**
 * A circuit breaker (Nygard, "Release It!"): whoever fails too often is left alone for a while, then
 * tried with one probe. It stands outside of timeouts, so that they count. Knows no broker: actions
 * and outside programs are wrapped alike.
 */
import { BreakerOpen, isFailure, isOwn } from "./failure.ts";

export interface BreakerSettings {
  /** It opens at so many failures within the window, */
  readonly failures: number;
  /** if they are at least this share of all. */
  readonly share: number;
  readonly windowMs: number;
  /** So long is it open before a probe is let through. */
  readonly openMs: number;
  readonly now: () => number;
}

export type State = "closed" | "open" | "half-open";
export interface Seen {
  readonly target: string;
  readonly state: State;
  /** Within the window. */
  readonly asked: number;
  readonly failed: number;
  /** When it opened, milliseconds since the epoch. */
  readonly openedAt: number | null;
}

export class Breaker {
  readonly #target: string;
  readonly #settings: BreakerSettings;
  #windowEnd = 0;
  #asked = 0;
  #failed = 0;
  #openedAt: number | undefined;
  #probing = false;

  constructor(target: string, settings: BreakerSettings) {
    this.#target = target;
    this.#settings = settings;
  }

  get state(): State {
    if (this.#openedAt === undefined) return "closed";
    return this.#settings.now() - this.#openedAt >= this.#settings.openMs ? "half-open" : "open";
  }

  seen(): Seen {
    const counts = { asked: this.#asked, failed: this.#failed };
    return { target: this.#target, state: this.state, ...counts, openedAt: this.#openedAt ?? null };
  }

  /** Runs a task, or refuses to. @throws BREAKER_OPEN, and what the task throws */
  async run<T>(task: () => Promise<T>): Promise<T> {
    const isProbe = this.admit();
    try {
      const value = await task();
      this.succeeded();
      return value;
    } catch (error) {
      this.threw(error, isProbe);
      throw error;
    }
  }

  /** Before a task; one of the two below follows. @returns whether it is the probe; @throws BREAKER_OPEN */
  admit(): boolean {
    if (this.#openedAt === undefined) return false;
    const { now, openMs } = this.#settings;
    const rest = openMs - (now() - this.#openedAt);
    if (rest > 0 || this.#probing) {
      const retryAfter = Math.max(1, Math.ceil(rest / 1_000));
      throw BreakerOpen({ target: this.#target, retryAfter });
    }
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    if (this.#openedAt !== undefined) this.reset();
    else this.#count();
  }

  /** What was asked before it opened, and fails now, neither keeps it open nor stands for the probe. */
  threw(error: unknown, isProbe: boolean): void {
    if (!isOwn(error) && !isFailure(error)) {
      this.succeeded();
      return;
    }
    if (isProbe) this.#probing = false;
    if (isOwn(error)) return;
    this.#count();
    this.#failed++;
    const { failures, share, now } = this.#settings;
    const tooOften = this.#failed >= failures && this.#failed >= this.#asked * share;
    const opens = this.#openedAt === undefined ? tooOften : isProbe;
    if (opens) this.#openedAt = now();
  }

  reset(): void {
    this.#openedAt = undefined;
    this.#probing = false;
    this.#asked = 0;
    this.#failed = 0;
  }

  #count(): void {
    const { now, windowMs } = this.#settings;
    const at = now();
    if (at >= this.#windowEnd) {
      this.#windowEnd = at + windowMs;
      this.#asked = 0;
      this.#failed = 0;
    }
    this.#asked++;
  }
}

/** The breakers of a node, by whom they guard. */
export class Breakers {
  readonly #settings: BreakerSettings;
  readonly #byTarget = new Map<string, Breaker>();

  constructor(settings: BreakerSettings) {
    this.#settings = settings;
  }

  of(target: string): Breaker {
    const known = this.#byTarget.get(target);
    if (known) return known;
    const made = new Breaker(target, this.#settings);
    this.#byTarget.set(target, made);
    return made;
  }

  list(): Seen[] {
    return [...this.#byTarget.values()].map((breaker) => breaker.seen());
  }

  /** Closes one, or all. @returns how many were not closed */
  reset(target?: string): number {
    const chosen = [...this.#byTarget].filter(([name]) => target === undefined || name === target);
    const open = chosen.filter(([, breaker]) => breaker.state !== "closed").length;
    for (const [, breaker] of chosen) breaker.reset();
    return open;
  }
}
