/** Sends to streams: stored once for each id, in the order given, when Redis has answered. */
import { type Envelope, readEnvelope } from "../envelope.ts";
import type { Receipt } from "../port.ts";
import { type Line, unavailable } from "./connection.ts";
import { dayMs, type Settings } from "./options.ts";
import { sendScript } from "./scripts.ts";

export class Sender {
  readonly #line: Line;
  readonly #settings: Settings;

  constructor(line: Line, settings: Settings) {
    this.#line = line;
    this.#settings = settings;
  }

  /**
   * @returns of each message whether its id was there already
   * @throws ChannelError INVALID_MESSAGE, MESSAGE_TOO_LARGE, LOG_UNAVAILABLE, CHANNELS_CLOSED
   */
  async send(channel: string, payloads: readonly unknown[], headers?: object): Promise<Receipt[]> {
    const { maxBytes } = this.#settings;
    const messages = payloads.map((payload) => readEnvelope(channel, payload, maxBytes));
    const note = headers === undefined ? "" : JSON.stringify(headers);
    try {
      return await this.#send(channel, messages, note);
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  async #send(channel: string, messages: readonly Envelope[], note: string): Promise<Receipt[]> {
    const redis = await this.#line.opened();
    const { keys } = this.#line;
    const keptMs = Math.ceil(this.#settings.days * dayMs);
    const sent = messages.map(async ({ id, key, notBefore, body }) => {
      const asked = [id, keptMs, key, notBefore, note, body] as const;
      const added = await redis.eval(sendScript, 2, channel, keys.ids(channel), ...asked);
      return { id, duplicate: Number(added) === 0 };
    });
    return await Promise.all(sent);
  }
}
