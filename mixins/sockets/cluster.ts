/**
 * Several nodes as one, through Redis: what one emits to a room reaches the sockets of all. While
 * Redis is away each node serves its own; streams lose nothing by it, since clients see the gap.
 */
import { createAdapter } from "@socket.io/redis-adapter";
import type { ServerOptions } from "socket.io";
import type { Client } from "../redis/client.ts";

export interface Cluster {
  readonly adapter: NonNullable<ServerOptions["adapter"]>;
}

/** The adapter waits for none of its commands: what fails is told here, and is nobody's crash. */
function unwatched(client: Client, failed: (error: unknown) => void): Client {
  return new Proxy(client, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function" || name === "constructor") return value;
      if (!/^p?(un)?subscribe$|^publish$/.test(String(name))) return value.bind(target);
      return (...given: unknown[]) => Reflect.apply(value, target, given).catch(failed);
    },
  });
}

/** Connections that are somebody else's: they are not closed here. */
export interface Lines {
  readonly speaking: Client;
  /** It does nothing else. */
  readonly listening: Client;
}

/** @param key what tells this door's messages from those of others */
export function redisCluster(lines: Lines, key: string, failed: (error: unknown) => void): Cluster {
  const [pub, sub] = [unwatched(lines.speaking, failed), unwatched(lines.listening, failed)];
  return { adapter: createAdapter(pub, sub, { key }) as Cluster["adapter"] };
}
