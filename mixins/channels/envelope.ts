/** What the adapter must know of a message to store it: the rest is between sender and reader. */
import { ChannelError } from "./errors.ts";

export interface Envelope {
  readonly id: string;
  /** "" is no key: such messages have no order among them. */
  readonly key: string;
  /** Milliseconds since the epoch; 0 if it may be delivered at once. */
  readonly notBefore: number;
  /** The message as JSON. */
  readonly body: string;
}

const refuse = (channel: string, what: string): ChannelError =>
  new ChannelError("INVALID_MESSAGE", `A message for the channel '${channel}' ${what}.`);

const instant = (channel: string, value: unknown): number => {
  if (value === undefined) return 0;
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms)) {
    throw refuse(channel, "has a 'notBefore' that is not a time in ISO 8601");
  }
  return Math.max(0, ms);
};

const json = (channel: string, payload: object): string => {
  try {
    return JSON.stringify(payload);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw refuse(channel, `cannot be written as JSON: ${why}`);
  }
};

/**
 * Reads what the log needs from a message of `services/shared/message.ts`.
 *
 * @param maxBytes the largest message taken, counted in UTF-8
 * @throws ChannelError INVALID_MESSAGE without an id (a non-empty string), with a key or
 *   `notBefore` of another form, or if it is not JSON; MESSAGE_TOO_LARGE beyond `maxBytes`
 */
export const readEnvelope = (channel: string, payload: unknown, maxBytes: number): Envelope => {
  if (typeof payload !== "object" || payload === null) {
    throw refuse(channel, `is not an envelope { id, key, data, … } but ${typeof payload}`);
  }
  const id: unknown = Reflect.get(payload, "id");
  const key: unknown = Reflect.get(payload, "key") ?? "";
  if (typeof id !== "string" || id === "") {
    throw refuse(channel, "has no 'id': a second sending could not be recognised");
  }
  if (typeof key !== "string") throw refuse(channel, "has a 'key' that is not a string");
  const notBefore = instant(channel, Reflect.get(payload, "notBefore"));
  const body = json(channel, payload);
  const bytes = Buffer.byteLength(body);
  if (bytes > maxBytes) {
    throw new ChannelError(
      "MESSAGE_TOO_LARGE",
      `A message for the channel '${channel}' has ${bytes} bytes, more than the ${maxBytes} ` +
        "allowed. Put large things into the objects' store and send their key.",
    );
  }
  return { id, key, notBefore, body };
};
