/**
 * The one pool of a process. What could not be done for want of a connection is tried again for a
 * moment; a read also when its connection broke, a write never: whether it was done is not known then.
 * Nothing waits longer than its time, also when the server is frozen.
 */
import { setTimeout } from "node:timers/promises";
import type { PoolClient } from "pg";
import { isAway, isRolledBack, stateOf } from "./failures.ts";
import { Pool, type PoolSettings } from "./pool.ts";
import { Names } from "./prepared.ts";
import type { Row, Statement } from "./statements.ts";

export interface ServerSettings extends Pick<PoolSettings, "url" | "connections"> {
  /** What takes longer is warned of, milliseconds. */
  slowMs: number;
  /** For a connection, and for an answer, milliseconds; 5 and 4 seconds when left out. */
  connectMs?: number;
  answerMs?: number;
}

export interface Answered {
  rows: Row[];
  count: number;
}

/** Between tries. Before the last, two seconds have passed. */
const pausesMs = [50, 200, 750, 1_000];

export class Server {
  readonly #settings: Required<ServerSettings>;
  readonly #names = new Names();
  #pool: Pool | undefined;
  #users = 0;

  constructor(settings: ServerSettings) {
    this.#settings = { connectMs: 5_000, answerMs: 4_000, ...settings };
  }

  /** Where it is, without secrets. */
  get place(): string {
    const { hostname, port, pathname } = new URL(this.#settings.url);
    return `${hostname}:${port || 5432}${pathname}`;
  }

  /** One more uses it, until they leave. Connects to nobody yet. */
  join(): void {
    this.#users++;
    this.#pool ??= new Pool(this.#settings);
  }

  /** The last one closes the connections. */
  async leave(): Promise<void> {
    this.#users--;
    if (this.#users > 0) return;
    const pool = this.#pool;
    this.#pool = undefined;
    await pool?.close();
  }

  /** @param warn hears of what is slow */
  read(statement: Statement, warn: (text: string) => void): Promise<Answered> {
    return this.#tried(statement, warn, (error) => isRolledBack(error) || isBroken(error));
  }

  write(statement: Statement, warn: (text: string) => void): Promise<Answered> {
    return this.#tried(statement, warn, isRolledBack);
  }

  /** One connection for several statements. What it throws, whoever uses it, closes it. */
  async with<T>(task: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#connected();
    try {
      const value = await task(client);
      client.release();
      return value;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  async #tried(
    statement: Statement,
    warn: (text: string) => void,
    isSafe: (error: unknown) => boolean,
  ): Promise<Answered> {
    for (let tries = 0; ; tries++) {
      let client: PoolClient | undefined;
      try {
        client = await this.#connected();
        return await this.#asked(client, statement, warn);
      } catch (error) {
        const pause = pausesMs[tries];
        const again = client ? isSafe(error) : isAway(error) && !isSlow(error);
        if (pause === undefined || !again) throw error;
        await setTimeout(pause);
      }
    }
  }

  #connected(): Promise<PoolClient> {
    if (!this.#pool) throw new Error("The connection to PostgreSQL is closed.");
    return this.#pool.connect();
  }

  async #asked(
    client: PoolClient,
    { what, text, values }: Statement,
    warn: (text: string) => void,
  ): Promise<Answered> {
    const begun = performance.now();
    try {
      const name = this.#names.of(text);
      const { rows, rowCount } = await client.query<Row>({ name, text, values: [...values] });
      client.release();
      return { rows, count: rowCount ?? 0 };
    } catch (error) {
      // After a refusal of the server the connection is as good as before.
      client.release(isAway(error));
      throw error;
    } finally {
      const ms = performance.now() - begun;
      if (ms >= this.#settings.slowMs) warn(`slow: ${what} took ${Math.round(ms)} ms`);
    }
  }
}

/** The time is over already: another try would double it. */
const isSlow = (error: unknown): boolean =>
  stateOf(error) === "57014" || /timeout/i.test(String(error));

/** The connection broke under a statement. */
const isBroken = (error: unknown): boolean => isAway(error) && !isSlow(error);
