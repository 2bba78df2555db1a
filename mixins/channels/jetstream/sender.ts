/**
 * Sends messages into channels: declares the stream where it is missing, waits for the server's
 * word, asks again while the server only just starts; all of it within the sender's time.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Msg, MsgHdrs } from "nats";
import { clock } from "../../../services/shared/clock.ts";
import { type Envelope, readEnvelope } from "../envelope.ts";
import { ChannelError } from "../errors.ts";
import type { Receipt } from "../port.ts";
import { ChannelsAway, isAway, reasonOf } from "./away.ts";
import { partitionOf } from "./names.ts";
import type { Parts } from "./parts.ts";
import { NoStream, type Stored } from "./publisher.ts";
import { header, heading, noteOf, plain } from "./wire.ts";

/** Kept free in what the server takes at most: headers, and what a dead letter says beside. */
const reservedBytes = 64 * 1024;
const mostNoteBytes = 16 * 1024;
const againMs = 100;

const encoder = new TextEncoder();

export class Sender {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws ChannelError INVALID_MESSAGE, MESSAGE_TOO_LARGE, CHANNELS_CLOSED; ChannelsAway */
  async send(channel: string, payloads: readonly unknown[], given?: object): Promise<Receipt[]> {
    const end = performance.now() + this.#parts.settings.timeoutMs;
    const most = await this.#mostBytes(end);
    const messages = payloads.map((payload) => readEnvelope(channel, payload, most));
    const note = noteOf(given);
    if (note !== undefined && note.length > mostNoteBytes) {
      throw new ChannelError("MESSAGE_TOO_LARGE", tooMuch(channel, note.length));
    }
    return await Promise.all(messages.map((message) => this.#one(channel, message, note, end)));
  }

  /** The message is due: goes to its channel. */
  async moved({ headers, data }: Msg): Promise<void> {
    const fact = (name: string) => headers?.get(name) ?? "";
    const channel = decodeURIComponent(fact(header.channel));
    const subject = this.#parts.names.subject(channel, Number(fact(header.partition)));
    const kept = heading({
      [header.id]: fact(header.id).slice(fact(header.id).indexOf("/") + 1),
      [header.note]: fact(header.note) || undefined,
    });
    const end = performance.now() + this.#parts.settings.timeoutMs;
    await this.#stored(subject, data, kept, end, channel);
  }

  /** Once more, for one group alone. */
  async again(channel: string, group: string, message: unknown, note: object, id: string) {
    const { id: own, key } = readEnvelope(channel, message, Number.POSITIVE_INFINITY);
    const subject = this.#parts.names.subject(channel, partitionOf(key, own));
    const kept = heading({
      [header.id]: id,
      [header.note]: noteOf(note),
      [header.only]: plain(group),
    });
    const end = performance.now() + this.#parts.settings.timeoutMs;
    const body = encoder.encode(JSON.stringify(message));
    return await this.#stored(subject, body, kept, end, channel);
  }

  async #one(
    channel: string,
    { id, key, notBefore, body }: Envelope,
    note: string | undefined,
    end: number,
  ): Promise<Receipt> {
    const { names } = this.#parts;
    const partition = partitionOf(key, id);
    const bytes = encoder.encode(body);
    if (notBefore > clock.now()) {
      const waiting = heading({
        [header.id]: `${names.word(channel)}/${plain(id)}`,
        [header.note]: note,
        [header.channel]: plain(channel),
        [header.partition]: String(partition),
        [header.due]: String(notBefore),
      });
      const { duplicate } = await this.#stored(names.laterOf(channel), bytes, waiting, end);
      return { id, duplicate };
    }
    const headers = heading({ [header.id]: plain(id), [header.note]: note });
    const subject = names.subject(channel, partition);
    const { duplicate } = await this.#stored(subject, bytes, headers, end, channel);
    return { id, duplicate };
  }

  /** @param channel whose stream is declared where it is missing */
  async #stored(
    subject: string,
    body: Uint8Array,
    headers: MsgHdrs,
    end: number,
    channel?: string,
  ): Promise<Stored> {
    const { streams, publisher } = this.#parts;
    for (;;) {
      try {
        if (channel && !streams.isKnown(channel)) await inTime(streams.ensure(channel), end);
        return await publisher.publish(subject, body, headers, end);
      } catch (error) {
        if (channel && error instanceof NoStream) streams.forget(channel);
        if (!isAway(error) || performance.now() + againMs > end) throw asProblem(error);
      }
      await wait(againMs);
    }
  }

  async #mostBytes(end: number): Promise<number> {
    const { connection, settings } = this.#parts;
    const nc = connection.up ?? (await connection.ready(Math.max(1, end - performance.now())));
    return Math.min(settings.maxBytes, (nc.info?.max_payload ?? 1_048_576) - reservedBytes);
  }
}

/** @throws ChannelsAway at the end of the time */
const inTime = async <T>(what: Promise<T>, end: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const reason = "the stream could not be declared in time";
    timer = setTimeout(
      () => reject(ChannelsAway({ reason })),
      Math.max(1, end - performance.now()),
    );
  });
  return await Promise.race([what, late]).finally(() => clearTimeout(timer));
};

const asProblem = (error: unknown): unknown =>
  isAway(error) ? ChannelsAway({ reason: reasonOf(error) }) : error;

const tooMuch = (channel: string, bytes: number) =>
  `The headers of a message for the channel '${channel}' have ${bytes} bytes, more than the ` +
  `${mostNoteBytes} allowed. Put less into the call's meta.`;
