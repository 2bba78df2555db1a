/**
 * One message in one group, from delivery to its end: runs the handler, counts tries, and buries
 * what is dead: the letter first, then the message. Whether a message waits here or on the server
 * until it is tried again is its reader's matter.
 */
import type { Msg } from "nats";
import { clock } from "../../../services/shared/clock.ts";
import { backoffMs } from "../backoff.ts";
import { ChannelError } from "../errors.ts";
import { describeFailure, type Failure, isPermanent } from "../failure.ts";
import { writeLetter } from "./letters.ts";
import type { Parts, Subscriber } from "./parts.ts";
import { type Tries, untried } from "./tries.ts";
import { header, heading, type Place, placeOf, plain, readNote } from "./wire.ts";

/** A message in hand. */
export interface Held extends Place {
  readonly msg: Msg;
  /** Where to answer: that of its last delivery. */
  reply: string;
  /** Known once it was looked up or tried here. */
  tries?: Tries;
  /** It will not be tried any more; its letter is still to be stored. */
  doomed?: boolean;
}

/** What came of a try: it is over, or it is tried again after so many milliseconds. */
export type Outcome = "over" | number;

const decoder = new TextDecoder();

/** Nothing, if it is no delivery of JetStream. */
export const heldOf = (msg: Msg): Held | undefined => {
  const reply = msg.reply ?? "";
  const place = placeOf(reply);
  return place && { ...place, msg, reply };
};

export const keyOf = (msg: Msg): string => {
  try {
    const { key } = msg.json<{ key?: unknown }>();
    return typeof key === "string" ? key : "";
  } catch {
    return "";
  }
};

export class Handling {
  readonly #subscriber: Subscriber;
  readonly #parts: Parts;

  constructor(subscriber: Subscriber, parts: Parts) {
    this.#subscriber = subscriber;
    this.#parts = parts;
  }

  /** True for what another group is to try once more. */
  #isForeign({ msg }: Held): boolean {
    const only = msg.headers?.get(header.only) ?? "";
    return only !== "" && only !== plain(this.#subscriber.group);
  }

  /**
   * Tries it once. When it is over, it may be acknowledged.
   *
   * @throws while the server is away: then it is to be called again, which tries nothing twice
   */
  async try(held: Held): Promise<Outcome> {
    if (this.#isForeign(held)) return "over";
    const before = held.deliveries > 1 ? await this.#recall(held) : (held.tries ?? untried);
    if (held.doomed || before.attempts > this.#subscriber.maxRetries) {
      return await this.#bury(held, before);
    }
    try {
      const message: unknown = JSON.parse(decoder.decode(held.msg.data));
      const headers = readNote(held.msg.headers);
      await this.#subscriber.handle(message, { headers, attempts: before.attempts });
    } catch (thrown) {
      return await this.#failed(held, before, thrown);
    }
    if (before !== untried) void this.#forget(held);
    return "over";
  }

  /** Of what comes again it is noted that it has begun: should this process end, that is a try. */
  async #recall(held: Held): Promise<Tries> {
    const { channel, group } = this.#subscriber;
    const { tries } = this.#parts;
    held.tries ??= { ...(await tries.of(channel, group, held.seq)) };
    if (!held.doomed && held.tries.attempts <= this.#subscriber.maxRetries) {
      await tries.note(channel, group, held.seq, { ...held.tries, begun: true });
    }
    return held.tries;
  }

  async #failed(held: Held, before: Tries, thrown: unknown): Promise<Outcome> {
    const { channel, group, maxRetries, backoff } = this.#subscriber;
    const attempts = before.attempts + 1;
    const error = describeFailure(thrown);
    const now = clock.now();
    const tries = { attempts, error, firstAt: before.firstAt || now, begun: false };
    held.tries = tries;
    if (isPermanent(thrown) || attempts > maxRetries) {
      held.doomed = true;
      return await this.#bury(held, tries);
    }
    const waitMs = backoffMs(attempts, backoff, Math.random());
    this.#subscriber.failed(held.seq, error, attempts, waitMs);
    await this.#parts.tries.note(channel, group, held.seq, tries);
    return waitMs;
  }

  async #bury(held: Held, tries: Tries): Promise<Outcome> {
    const body = decoder.decode(held.msg.data);
    const error = tries.error ?? describeFailure(undefined);
    try {
      await this.#publish(held, body, { ...tries, error });
    } catch (failure) {
      if (!(failure instanceof ChannelError)) throw failure;
      // Nobody but a foreign sender can make a message that leaves no room for its letter.
      await this.#publish(held, body.slice(0, 10_000), { ...tries, error });
    }
    this.#subscriber.failed(held.seq, error, tries.attempts, "dead");
    void this.#forget(held);
    return "over";
  }

  async #publish(held: Held, body: string, tries: Tries & { error: Failure }): Promise<void> {
    const { channel, group } = this.#subscriber;
    const { names, publisher, settings } = this.#parts;
    const { attempts, firstAt, error } = tries;
    const headers = readNote(held.msg.headers);
    const lastAt = clock.now();
    await publisher.publish(
      names.about("dead", channel, group),
      writeLetter({ channel, group, body, headers, error, attempts, firstAt, lastAt }),
      heading({ [header.id]: `${names.word(channel)}/${plain(group)}/${held.seq}` }),
      performance.now() + settings.timeoutMs,
    );
  }

  #forget(held: Held): Promise<void> {
    const { channel, group } = this.#subscriber;
    return this.#parts.tries.forget(channel, group, held.seq);
  }
}
