/**
 * A group without order: the server gives each message to whichever process has room. What failed
 * waits on the server until it is tried again, by anybody.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Msg } from "nats";
import { isAway, reasonOf } from "./away.ts";
import { Hand } from "./hand.ts";
import { Handling, type Held, heldOf, type Outcome } from "./handling.ts";
import type { GroupReader, Parts, Subscriber } from "./parts.ts";
import { declareShared } from "./positions.ts";
import { Pulls } from "./pulls.ts";
import { Running } from "./running.ts";

const againMs = 1_000;

export class SharedReader implements GroupReader {
  readonly #subscriber: Subscriber;
  readonly #parts: Parts;
  readonly #hand: Hand;
  readonly #handling: Handling;
  readonly #pulls: Pulls;
  #stopping = false;
  readonly #running = new Running();

  constructor(subscriber: Subscriber, parts: Parts) {
    const { names, settings, connection, log } = parts;
    this.#subscriber = subscriber;
    this.#parts = parts;
    this.#hand = new Hand(connection, settings.ackWaitMs);
    this.#handling = new Handling(subscriber, parts);
    this.#pulls = new Pulls({
      connection,
      log,
      stream: names.stream(subscriber.channel),
      durable: names.durable(subscriber.group),
      ackWaitMs: settings.ackWaitMs,
      room: () => subscriber.maxInFlight - this.#hand.size,
      take: (msg) => this.#take(msg),
      missing: () => this.#declare(),
    });
  }

  get running(): number {
    return this.#running.count;
  }

  async start(): Promise<void> {
    await this.#parts.declarations.patiently(`The group '${this.#subscriber.group}'`, () =>
      this.#declare(),
    );
    this.#pulls.start();
  }

  async stop(withinMs: number): Promise<number> {
    this.#stopping = true;
    await this.#pulls.stop();
    const left = await this.#running.over(withinMs);
    for (const held of this.#hand.all) this.#hand.giveBack(held);
    this.#hand.close();
    return left;
  }

  async #declare(): Promise<void> {
    await declareShared(this.#subscriber, this.#parts);
  }

  #take(msg: Msg): void {
    const held = heldOf(msg);
    if (!held || !this.#hand.take(held)) return;
    if (this.#stopping) this.#hand.giveBack(held);
    else void this.#run(held);
  }

  async #run(held: Held): Promise<void> {
    this.#running.begin();
    const outcome = await this.#outcome(held);
    if (outcome === "over") this.#hand.done(held);
    else this.#hand.giveBack(held, outcome);
    this.#running.end();
    this.#pulls.pump();
  }

  /** While the server is away, what is in hand stays here, unless this process stops. */
  async #outcome(held: Held): Promise<Outcome> {
    for (;;) {
      try {
        return await this.#handling.try(held);
      } catch (error) {
        if (!isAway(error)) {
          this.#parts.log().error(`A message could not be handled: ${reasonOf(error)}`);
        }
        if (!isAway(error) || this.#stopping) return againMs;
        await wait(againMs);
      }
    }
  }
}
