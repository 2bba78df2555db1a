/** Which transport carries calls and events. */
import { env } from "./env.ts";

const { TRANSPORT, NATS_URL } = env.transport;

/** `nats` where a server is named, unless Redis is asked for; nothing where a node is the house. */
export const transport: "nats" | "redis" | undefined = TRANSPORT ?? (NATS_URL ? "nats" : undefined);
