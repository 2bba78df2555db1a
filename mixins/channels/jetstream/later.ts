/**
 * Messages that wait for their time lie in a stream of their own, whatever their channel: there
 * they hold nothing up, and no retention takes them. When one is due, some process moves it to the
 * end of its channel; its id tells should it be moved twice.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Msg } from "nats";
import { clock } from "../../../services/shared/clock.ts";
import { reasonOf } from "./away.ts";
import { consumerOf } from "./declared.ts";
import { Hand } from "./hand.ts";
import { type Held, heldOf } from "./handling.ts";
import type { Parts } from "./parts.ts";
import { Pulls } from "./pulls.ts";
import type { Sender } from "./sender.ts";
import { header } from "./wire.ts";

const name = "mover";
const atOnce = 100;
const againMs = 1_000;
/** Nearer than this it is waited for here. */
const nearMs = 100;
/** A server's clock may be set: look again at least this often. */
const farMs = 3_600_000;

export class Mover {
  readonly #parts: Parts;
  readonly #sender: Sender;
  readonly #hand: Hand;
  readonly #pulls: Pulls;

  constructor(parts: Parts, sender: Sender) {
    const { names, settings, connection, log } = parts;
    this.#parts = parts;
    this.#sender = sender;
    this.#hand = new Hand(connection, settings.ackWaitMs);
    this.#pulls = new Pulls({
      connection,
      log,
      stream: names.later,
      durable: name,
      ackWaitMs: settings.ackWaitMs,
      room: () => atOnce - this.#hand.size,
      take: (msg) => this.#take(msg),
      missing: () => this.#declare(),
    });
  }

  async start(): Promise<void> {
    await this.#parts.declarations.patiently("The mover of messages", () => this.#declare());
    this.#pulls.start();
  }

  async stop(): Promise<void> {
    await this.#pulls.stop();
    for (const held of this.#hand.all) this.#hand.giveBack(held);
    this.#hand.close();
  }

  async #declare(): Promise<void> {
    const { declarations, names, settings, streams } = this.#parts;
    await streams.mend();
    const jsm = await declarations.manager();
    const wanted = consumerOf({ name, atOnce: -1, ackWaitMs: settings.ackWaitMs });
    await declarations.consumer(jsm, names.later, wanted);
  }

  #take(msg: Msg): void {
    const held = heldOf(msg);
    if (held && this.#hand.take(held)) void this.#run(held);
  }

  async #run(held: Held): Promise<void> {
    const leftMs = Number(held.msg.headers?.get(header.due)) - clock.now();
    if (leftMs > nearMs) this.#hand.giveBack(held, Math.min(farMs, leftMs));
    else {
      if (leftMs > 0) await wait(leftMs);
      await this.#move(held);
    }
    this.#pulls.pump();
  }

  async #move(held: Held): Promise<void> {
    try {
      await this.#sender.moved(held.msg);
      this.#hand.done(held);
    } catch (error) {
      this.#parts.log().warn(`A message that is due could not be moved: ${reasonOf(error)}`);
      this.#hand.giveBack(held, againMs);
    }
  }
}
