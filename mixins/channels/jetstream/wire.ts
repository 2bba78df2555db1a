/**
 * What goes over the wire beside the message: where a delivery comes from, answers to it, and
 * headers. Pure. The forms are JetStream's own (ADR-13, ADR-15 of nats-architecture-and-design).
 */
import { headers, type MsgHdrs } from "nats";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

export const answers = {
  done: bytes("+ACK"),
  working: bytes("+WPI"),
  /** Back at once. */
  back: bytes("-NAK"),
  /** Back after so many milliseconds. */
  backIn: (ms: number): Uint8Array =>
    bytes(`-NAK ${JSON.stringify({ delay: Math.max(1, Math.round(ms)) * 1_000_000 })}`),
};

/** How our headers are called. */
export const header = {
  id: "Nats-Msg-Id",
  expected: "Nats-Expected-Last-Subject-Sequence",
  /** The headers that the sender gave, as JSON. */
  note: "Bijou-Headers",
  /** The one group that a message is for. */
  only: "Bijou-Group",
  /** Of a message that waits for its time: the channel, the key, and when, in milliseconds. */
  channel: "Bijou-Channel",
  partition: "Bijou-Partition",
  due: "Bijou-Due",
} as const;

/** What is said of a delivery by its reply subject. */
export interface Place {
  readonly seq: number;
  /** How often it was delivered, this time included. */
  readonly deliveries: number;
  /** The how many-th delivery of its consumer this is: whoever gets all of them sees no gap. */
  readonly nth: number;
  /** When it was stored: a stream that is made anew counts from the beginning again. */
  readonly time: string;
}

/**
 * Reads `$JS.ACK.<stream>.<consumer>.<deliveries>.<seq>.<consumer seq>.<time>.<pending>`, or the
 * longer form with domain and account before the stream.
 */
export const placeOf = (reply: string): Place | undefined => {
  const parts = reply.split(".");
  if (parts[0] !== "$JS" || parts[1] !== "ACK") return undefined;
  const at = parts.length === 9 ? 4 : 6;
  const [deliveries, seq, nth] = parts.slice(at, at + 3).map(Number);
  const time = parts[at + 3];
  if (!deliveries || !seq || !nth || !time) return undefined;

  return { deliveries, seq, nth, time };
};

/**
 * What a status says of a request for messages: how many of them will not come. 100 is a heartbeat;
 * 404, 408 and 409 end a request. Undefined is trouble: nobody is there to be asked.
 */
export const leftOf = (status: MsgHdrs | undefined): number | undefined => {
  if (status?.code === 100) return 0;
  const left = status?.get("Nats-Pending-Messages") ?? "";
  return left === "" || status?.code === 503 ? undefined : Number(left);
};

/** ASCII alone: headers are bytes, and not every client reads them as UTF-8. */
const ascii = (json: string): string =>
  json.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** A word as a header can carry it; different words stay different. */
export const plain = (word: string): string =>
  /^[!-$&-~]+$/.test(word) ? word : encodeURIComponent(word);

export const noteOf = (given: object | undefined | null): string | undefined =>
  given && Object.keys(given).length > 0 ? ascii(JSON.stringify(given)) : undefined;

export const readNote = (found: MsgHdrs | undefined): Record<string, unknown> => {
  const note = found?.get(header.note);
  return note ? JSON.parse(note) : {};
};

export const heading = (fields: Readonly<Record<string, string | undefined>>): MsgHdrs => {
  const made = headers();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) made.set(name, value);
  }
  return made;
};
