/** What carries calls and events between nodes; nothing where a node is the whole house. */
import type { BrokerOptions } from "moleculer";
import { Transporters } from "moleculer";
import { NatsTransport } from "../mixins/cluster/nats-transport.ts";
import { HouseSerializer } from "../mixins/cluster/serializer.ts";
import { env } from "./env.ts";
import { connectNats } from "./nats.ts";
import { transport } from "./transport-choice.ts";

const { NODE_ID, NAMESPACE } = env.house;
const name = `${NAMESPACE} calls ${NODE_ID ?? process.pid}`;

function transporter() {
  if (transport === "nats") return new NatsTransport((patience) => connectNats(name, patience));
  // Asks for ever too, at most two seconds apart.
  const retryStrategy = (tries: number) => Math.min(tries * 100, 2_000);
  const { host, port, username, password, tls, db } = redisOptions(env.doors.REDIS_URL ?? "");
  return new Transporters.Redis({
    ...{ host, port, username, password, db, retryStrategy },
    ...(tls ? { tls } : {}),
  });
}

function redisOptions(address: string) {
  const { hostname, port, username, password, pathname, protocol } = new URL(address);
  return {
    host: hostname,
    port: Number(port || 6379),
    username: decodeURIComponent(username) || undefined,
    password: decodeURIComponent(password) || undefined,
    db: Number(pathname.slice(1) || 0),
    tls: protocol === "rediss:" ? {} : undefined,
  };
}

/** Of the broker; why these figures, is told in docs/decisions/0018. */
export const wired: Partial<BrokerOptions> = transport
  ? {
      transporter: transporter() as never,
      serializer: new HouseSerializer() as never,
      heartbeatInterval: 5,
      heartbeatTimeout: 15,
    }
  : {};
