/** How this node connects to NATS: the transport and the channels each open one connection. */
import type { ConnectionOptions, NatsConnection } from "nats";
import { connectForEver, type Patience } from "../mixins/cluster/nats-connect.ts";
import { natsOptions } from "../mixins/cluster/nats-options.ts";
import { env } from "./env.ts";

const { NATS_URL, NATS_CREDS, NATS_TLS_CA, NATS_TLS_CERT, NATS_TLS_KEY } = env.transport;

export const hasNats: boolean = NATS_URL !== undefined;

/**
 * Where, as whom and with which patience; connections reconnect for ever.
 *
 * @param name of the connection, as the server's monitoring shows it
 */
export const natsConnection = (name: string): ConnectionOptions =>
  natsOptions(
    {
      servers: NATS_URL ?? [],
      creds: NATS_CREDS,
      ca: NATS_TLS_CA,
      cert: NATS_TLS_CERT,
      key: NATS_TLS_KEY,
    },
    name,
  );

/** A connection, however long the first one takes. */
export const connectNats = (name: string, patience: Patience): Promise<NatsConnection> =>
  connectForEver(natsConnection(name), patience);
