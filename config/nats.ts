/** How this node connects to NATS: the transport and the channels each open one connection. */
import type { ConnectionOptions, NatsConnection } from "nats";
import { connectForEver, type Patience } from "../mixins/cluster/nats-connect.ts";
import { natsOptions } from "../mixins/cluster/nats-options.ts";
import { env } from "./env.ts";
import { natsOf } from "./environment-transport.ts";

export const hasNats: boolean = env.transport.NATS_URL !== undefined;

/**
 * Where, as whom and with which patience; connections reconnect for ever.
 *
 * @param name of the connection, as the server's monitoring shows it
 */
export const natsConnection = (name: string): ConnectionOptions =>
  natsOptions(natsOf(env.transport), name);

/** A connection, however long the first one takes. */
export const connectNats = (name: string, patience: Patience): Promise<NatsConnection> =>
  connectForEver(natsConnection(name), patience);
