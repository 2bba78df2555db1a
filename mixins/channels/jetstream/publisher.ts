/**
 * Publishes and waits for JetStream's word that the message is stored. One subscription and one
 * timer for all: a promise and a timer for each message cost more than the message. What was sent
 * when the connection broke is sent again when it is back, which JetStream recognises by the id.
 */
import { type ApiError, createInbox, type Msg, type MsgHdrs, type NatsConnection } from "nats";
import { ChannelError } from "../errors.ts";
import { ChannelsAway } from "./away.ts";
import type { Connection } from "./connection.ts";

const lookEveryMs = 100;

export interface Stored {
  readonly seq: number;
  readonly duplicate: boolean;
}

/** JetStream's answer was no. */
export class Refused extends Error {
  override readonly name = "Refused";
  /** As in HTTP. */
  readonly code: number;
  /** JetStream's own number: 10071 and the like. */
  readonly errCode: number;

  constructor({ code, err_code, description }: ApiError) {
    super(description);
    this.code = code;
    this.errCode = err_code ?? 0;
  }
}

/** Nothing listens on the subject: no such stream, or it is not there yet. */
export class NoStream extends Error {
  override readonly name = "NoStream";
  readonly code = 503;
}

interface Waiting {
  readonly subject: string;
  readonly body: Uint8Array;
  readonly headers: MsgHdrs;
  readonly end: number;
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: Error) => void;
}

const decoder = new TextDecoder();

export class Publisher {
  readonly #connection: Connection;
  readonly #missing: () => void;
  readonly #waiting = new Map<string, Waiting>();
  readonly #inbox = createInbox();
  #listening: NatsConnection | undefined;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param missing told when nothing takes a subject */
  constructor(connection: Connection, missing: () => void) {
    this.#connection = connection;
    this.#missing = missing;
    connection.onReturn(() => this.#again());
  }

  /**
   * @param end when the sender no longer waits, by `performance.now()`
   * @throws ChannelsAway without an answer until `end`, NoStream, Refused, ChannelError
   */
  async publish(subject: string, body: Uint8Array, headers: MsgHdrs, end: number): Promise<Stored> {
    const { up } = this.#connection;
    const nc = up ?? (await this.#connection.ready(Math.max(1, end - performance.now())));
    this.#listen(nc);
    return await new Promise<Stored>((resolve, reject) => {
      const name = (++this.#last).toString(36);
      const waiting = { subject, body, headers, end, resolve, reject };
      this.#waiting.set(name, waiting);
      this.#timer ??= setInterval(() => this.#look(), lookEveryMs);
      this.#write(nc, name, waiting);
    });
  }

  #write(nc: NatsConnection, name: string, { subject, body, headers, reject }: Waiting): void {
    try {
      nc.publish(subject, body, { headers, reply: `${this.#inbox}.${name}` });
    } catch (error) {
      this.#waiting.delete(name);
      reject(refusal(error));
    }
  }

  #listen(nc: NatsConnection): void {
    if (this.#listening === nc) return;
    this.#listening = nc;
    const skip = this.#inbox.length + 1;
    nc.subscribe(`${this.#inbox}.*`, {
      callback: (error, msg) => {
        if (!error) this.#answer(msg.subject.slice(skip), msg);
      },
    });
  }

  #answer(name: string, msg: Msg): void {
    const waiting = this.#waiting.get(name);
    if (!waiting) return;
    this.#waiting.delete(name);
    if (msg.data.length === 0) {
      this.#missing();
      waiting.reject(new NoStream(`No stream takes ${waiting.subject}.`));
      return;
    }
    const said = JSON.parse(decoder.decode(msg.data));
    if (said.error) waiting.reject(new Refused(said.error));
    else waiting.resolve({ seq: said.seq, duplicate: said.duplicate === true });
  }

  #again(): void {
    const { up } = this.#connection;
    if (!up) return;
    for (const [name, waiting] of this.#waiting) this.#write(up, name, waiting);
  }

  #look(): void {
    const now = performance.now();
    for (const [name, { end, reject }] of this.#waiting) {
      if (end > now) continue;
      this.#waiting.delete(name);
      reject(ChannelsAway({ reason: "NATS did not say in time that the message is stored" }));
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

const refusal = (error: unknown): Error => {
  const code = typeof error === "object" && error !== null ? Reflect.get(error, "code") : "";
  if (code === "MAX_PAYLOAD_EXCEEDED") {
    return new ChannelError("MESSAGE_TOO_LARGE", "The server takes no message of this size.");
  }
  return ChannelsAway({ reason: error instanceof Error ? error.message : String(error) });
};
