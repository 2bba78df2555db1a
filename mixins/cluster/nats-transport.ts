/**
 * Moleculer's transporter over NATS, on a connection of ours. It waits for a server that is not
 * there yet, says when one goes and comes back, and hears at once that a node it asked is gone: the
 * server answers "no responders" in its place, long before a heartbeat is missed.
 */
import { randomBytes } from "node:crypto";
import { Transporters } from "moleculer";
import { Events, type Msg, type NatsConnection } from "nats";
import { tailOf, unheard } from "./absent.ts";
import type { Patience } from "./nats-connect.ts";
import type { Packet } from "./packets.ts";

/** Makes the connection, however long it takes. */
export type Connect = (patience: Patience) => Promise<NatsConnection>;

const request = "REQ";
const leaveWithinMs = 1_000;
const noResponders = 503;

/** What the NATS client brought, without copying it. */
const bytesOf = ({ data }: Msg): Buffer =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength);

export class NatsTransport extends Transporters.NATS {
  readonly #connect: Connect;
  #giveUp = new AbortController();
  /** Short: whoever is asked reads it byte by byte, each time. */
  readonly #inbox = `_INBOX.${randomBytes(8).toString("base64url")}`;
  #away: string | undefined;

  constructor(connect: Connect) {
    super({});
    this.#connect = connect;
  }

  override async connect(): Promise<void> {
    const { signal } = this.#giveUp;
    const failed = ({ message }: Error) => this.#say(message);
    const client = await this.#connect({ failed, signal }).catch((error: unknown) => {
      // Moleculer would try again after a failure, also in a node that has stopped.
      if (signal.aborted) return new Promise<never>(() => undefined);
      throw error;
    });
    this.client = client;
    this.#away = undefined;
    client.subscribe(`${this.#inbox}.*`, {
      callback: (_, { subject, headers }) => {
        if (headers?.code === noResponders) {
          unheard(this.broker, subject.slice(this.#inbox.length + 1));
        }
      },
    });
    void this.#watch(client);
    await this.onConnected(false);
  }

  override async disconnect(): Promise<void> {
    this.#giveUp.abort(new Error("The node stops."));
    this.#giveUp = new AbortController();
    const client: NatsConnection | undefined = this.client;
    if (!client) return;
    this.client = null;
    const late = new Promise((done) => setTimeout(done, leaveWithinMs).unref());
    // What was said last goes out, but for a server that is away.
    await Promise.race([client.flush().catch(() => undefined), late]);
    await client.close();
  }

  override async subscribe(cmd: string, nodeID?: string): Promise<void> {
    const client: NatsConnection = this.client;
    client.subscribe(this.getTopicName(cmd, nodeID), {
      callback: (_, message) => void this.receive(cmd, bytesOf(message)),
    });
  }

  override send(topic: string, data: Buffer, meta?: { packet?: Packet }): Promise<void> {
    const client: NatsConnection | null = this.client;
    if (!client) return Promise.resolve();
    try {
      const { type, target, payload } = meta?.packet ?? {};
      const id = type === request && target ? payload?.id : undefined;
      client.publish(topic, data, id ? { reply: `${this.#inbox}.${tailOf(id)}` } : undefined);
      return Promise.resolve();
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Once for each reason: a server that is away for an hour is no news every second. */
  #say(reason: string): void {
    if (reason === this.#away) return;
    this.#away = reason;
    this.logger.warn(`NATS cannot be reached (${reason}): this node waits for it.`);
  }

  async #watch(client: NatsConnection): Promise<void> {
    for await (const { type, data } of client.status()) {
      if (type === Events.Disconnect) {
        // What is asked meanwhile fails at once rather than in time.
        this.connected = false;
        this.logger.warn(`NATS is gone (${data}): this node waits for it.`);
      } else if (type === Events.Reconnect) {
        this.logger.info(`NATS is back (${data}).`);
        await this.onConnected(true);
      } else if (type === Events.Error) {
        this.logger.warn(`NATS says: ${data}`);
      }
    }
    this.connected = false;
  }
}
