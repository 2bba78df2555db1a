/** Connections to PostgreSQL, none of which waits longer than its time, also for a frozen server. */
import { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import pg from "pg";

export interface PoolSettings {
  /** `postgres://user:password@host/database` */
  url: string;
  /** Connections at most. */
  connections: number;
  /** For a connection, and for an answer, milliseconds. */
  connectMs: number;
  answerMs: number;
}

/**
 * What is asked is small and has an index. Statements are planned once, perhaps while a table is still
 * empty: that it could as well be read from end to end shall not be kept in mind. Neither workers nor
 * compiled code would pay.
 */
const plans = [
  ...["enable_seqscan=off", "enable_hashjoin=off", "enable_mergejoin=off"],
  ...["max_parallel_workers_per_gather=0", "jit=off"],
];

/** For a server to say good-bye. */
const partingMs = 1_000;

export class Pool extends pg.Pool {
  readonly #sockets: Set<Socket>;

  constructor({ url, connections, connectMs, answerMs }: PoolSettings) {
    const sockets = new Set<Socket>();
    super({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: connectMs,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      application_name: "bijou",
      // The server gives up first; the driver, if even that is not heard.
      statement_timeout: answerMs,
      query_timeout: answerMs + 500,
      options: plans.map((setting) => `-c ${setting}`).join(" "),
      stream: () => {
        const socket = new Socket();
        sockets.add(socket);
        return socket.once("close", () => sockets.delete(socket));
      },
    });
    this.#sockets = sockets;
    // A connection that breaks is missed by whoever uses it, and replaced.
    this.on("error", () => undefined);
    this.on("connect", (client) => client.on("error", () => undefined));
  }

  /** Ends all connections, also those whose server does not answer any more. */
  async close(): Promise<void> {
    const ended = this.end();
    const closed = [...this.#sockets].map(
      (socket) => new Promise((resolve) => socket.once("close", resolve)),
    );
    await Promise.race([Promise.all(closed), setTimeout(partingMs)]);
    for (const socket of this.#sockets) socket.destroy();
    await ended;
  }
}
