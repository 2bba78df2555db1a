/**
 * Asks a durable consumer for as many messages as there is room for, never for more: what was asked
 * for and what is in hand together stay within the bound. Whatever becomes of it, it asks again.
 */
import { createInbox, type Msg, nanos, type Subscription } from "nats";
import { type Connection, type Log, within } from "./connection.ts";
import { leftOf } from "./wire.ts";

/** A reader that is frozen is given what it has asked for: no request stands longer. */
const longestMs = 10_000;
/** The server says when a request ends; so long after it in silence it is asked anew. */
const graceMs = 3_000;
const lookEveryMs = 2_500;
const againMs = 500;
const tellEvery = 20;
const drainMs = 2_000;

export interface PullOptions {
  readonly connection: Connection;
  readonly log: () => Log;
  readonly stream: string;
  readonly durable: string;
  /** After so long what is in hand goes to another. */
  readonly ackWaitMs: number;
  /** How many more may be in hand now. */
  room(): number;
  take(msg: Msg): void;
  /** Declares the consumer again. */
  missing(): Promise<void>;
}

export class Pulls {
  readonly #options: PullOptions;
  readonly #subject: string;
  readonly #expiresMs: number;
  #inbox = "";
  #subscription: Subscription | undefined;
  #asked = 0;
  #failures = 0;
  #heard = 0;
  #scheduled = false;
  #stopped = true;
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #endReturn: () => void = () => undefined;

  constructor(options: PullOptions) {
    this.#options = options;
    this.#expiresMs = Math.min(longestMs, Math.round(options.ackWaitMs / 3));
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${options.stream}.${options.durable}`;
  }

  start(): void {
    this.#stopped = false;
    this.#endReturn = this.#options.connection.onReturn(() => this.#begin());
    this.#timer = setInterval(() => this.#look(), lookEveryMs).unref();
    this.#begin();
  }

  /** There may be room. What happens in one turn is asked for together. */
  pump(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#ask();
    });
  }

  /** Asks for nothing more; what the server has sent already is still taken. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#endReturn();
    clearInterval(this.#timer);
    clearTimeout(this.#again);
    const subscription = this.#subscription;
    if (!this.#options.connection.up) subscription?.unsubscribe();
    else if (subscription) await within(drainMs, subscription.drain());
  }

  /** A new inbox: the server forgets what the old one had asked for. */
  #begin(): void {
    const nc = this.#options.connection.up;
    clearTimeout(this.#again);
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#asked = 0;
    if (!nc || this.#stopped) return;
    const inbox = createInbox();
    this.#inbox = inbox;
    this.#subscription = nc.subscribe(inbox, {
      callback: (error, msg) => (error ? this.#later(error.message) : this.#hear(msg, inbox)),
    });
    this.#heard = performance.now();
    this.#ask();
  }

  #hear(msg: Msg, inbox: string): void {
    const current = inbox === this.#inbox;
    this.#heard = performance.now();
    if (msg.subject !== inbox) {
      if (current) this.#asked = Math.max(0, this.#asked - 1);
      this.#failures = 0;
      this.#options.take(msg);
      if (this.#asked === 0) this.pump();
    } else if (current) this.#status(msg);
  }

  #status({ headers }: Msg): void {
    const left = leftOf(headers);
    if (left === undefined) this.#later(`${headers?.code} ${headers?.description}`);
    this.#asked = Math.max(0, this.#asked - (left ?? 0));
    this.pump();
  }

  /** The consumer, its stream or JetStream is away. */
  #later(why: string): void {
    if (this.#stopped) return;
    const { log, durable, missing } = this.#options;
    const level = ++this.#failures % tellEvery === 0 ? "warn" : "debug";
    log()[level](`The consumer ${durable} is asked again: ${why}`);
    clearTimeout(this.#again);
    this.#again = setTimeout(() => {
      missing().then(
        () => this.#begin(),
        (error) => this.#later(error instanceof Error ? error.message : String(error)),
      );
    }, againMs);
  }

  #look(): void {
    const silent = performance.now() - this.#heard > this.#expiresMs + graceMs;
    if (this.#asked > 0 && silent && this.#options.connection.up) this.#begin();
    else this.pump();
  }

  #ask(): void {
    const nc = this.#options.connection.up;
    if (this.#stopped || !nc || !this.#subscription) return;
    const most = this.#options.room();
    const room = most - this.#asked;
    // Small requests cost as much as large ones: wait for a few places, unless all are free.
    if (room <= 0 || (this.#asked > 0 && room < most / 4)) return;
    if (this.#asked === 0) this.#heard = performance.now();
    this.#asked += room;
    const request = JSON.stringify({ batch: room, expires: nanos(this.#expiresMs) });
    nc.publish(this.#subject, request, { reply: this.#inbox });
  }
}
