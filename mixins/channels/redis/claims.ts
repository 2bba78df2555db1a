/**
 * What Redis has noted as in the hands of one consumer. Another may have claimed some of it, because
 * this one was not heard of for a while: that is never taken back.
 */
import type { Line } from "./connection.ts";
import { forgetScript, leaveScript, renewScript } from "./scripts.ts";

/** Idle for so long that any other consumer may claim it at once, in milliseconds. */
const forAnybody = 3_600_000_000;
/** Entries at a time. */
const batch = 100;

export class Claims {
  readonly #line: Line;
  readonly #channel: string;
  readonly #asked: readonly [group: string, consumer: string];

  constructor(line: Line, channel: string, group: string, consumer: string) {
    this.#line = line;
    this.#channel = channel;
    this.#asked = [group, consumer];
  }

  /**
   * Says that these are still in hand.
   *
   * @returns those that are not this consumer's any more
   */
  async renew(places: readonly string[]): Promise<string[]> {
    const lost: string[] = [];
    for (let at = 0; at < places.length; at += batch) {
      const some = places.slice(at, at + batch);
      lost.push(...((await this.#ask(renewScript, ...some)) as string[]));
    }
    return lost;
  }

  /** Leaves these to any consumer. @param tries counted for their being in hand */
  async leave(places: readonly string[], tries: 0 | 1): Promise<void> {
    for (let at = 0; at < places.length; at += batch) {
      await this.#ask(leaveScript, forAnybody, tries, ...places.slice(at, at + batch));
    }
  }

  /** The consumer is gone for good; it stays noted while others have still to claim what it left. */
  async forget(): Promise<void> {
    await this.#ask(forgetScript);
  }

  #ask(script: string, ...more: readonly (string | number)[]): Promise<unknown> {
    return this.#line.redis.eval(script, 1, this.#channel, ...this.#asked, ...more);
  }
}
