/**
 * Which processes read an ordered group just now. They tell each other without storing it: it only
 * matters for fair shares.
 */
import type { NatsConnection, Subscription } from "nats";

export class Members {
  readonly #own: string;
  readonly #subject: string;
  readonly #heard = new Map<string, number>();
  readonly #changed: () => void;
  #subscription: Subscription | undefined;

  constructor(own: string, subject: string, changed: () => void) {
    this.#own = own;
    this.#subject = subject;
    this.#changed = changed;
  }

  listen(nc: NatsConnection): void {
    this.#subscription = nc.subscribe(this.#subject, {
      callback: (error, msg) => {
        if (error) return;
        const [who = "", left] = new TextDecoder().decode(msg.data).split(" ");
        if (who !== this.#own) this.#hear(who, left !== undefined);
      },
    });
  }

  beat(nc: NatsConnection | undefined): void {
    nc?.publish(this.#subject, this.#own);
  }

  leave(nc: NatsConnection | undefined): void {
    this.#subscription?.unsubscribe();
    nc?.publish(this.#subject, `${this.#own} left`);
  }

  /** How many there are, this one included; who was silent for so long is none. */
  count(silentMs: number): number {
    const since = performance.now() - silentMs;
    for (const [who, at] of this.#heard) {
      if (at < since) this.#heard.delete(who);
    }
    return this.#heard.size + 1;
  }

  #hear(who: string, left: boolean): void {
    const known = this.#heard.has(who);
    if (left) this.#heard.delete(who);
    else this.#heard.set(who, performance.now());
    if (known === left) this.#changed();
  }
}
