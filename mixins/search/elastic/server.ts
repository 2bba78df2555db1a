/**
 * One Elasticsearch cluster, as the engine speaks to it: who asks waits for seconds at most, behind
 * a breaker; who feeds has patience and comes again. Errors come out as the port's.
 */
import { setTimeout as wait } from "node:timers/promises";
import { Client, errors } from "@elastic/elasticsearch";
import { isOwn } from "../../resilience/failure.ts";
import { SearchUnavailableError } from "../errors.ts";
import { understood } from "./failures.ts";

/** Runs a task, or refuses to while what it needs has failed too often. */
export type Guard = <T>(task: () => Promise<T>) => Promise<T>;

export interface ServerSettings {
  /** `https://user:password@host:9200` */
  readonly url: string;
  readonly apiKey?: string | undefined;
  /** The certificate of the authority that signed the server's, PEM. */
  readonly ca?: string | undefined;
  readonly guard?: Guard | undefined;
  /** So long may the answer to one request of a search take. */
  readonly askMs?: number | undefined;
  readonly feedMs?: number | undefined;
}

type Options = { readonly requestTimeout: number; readonly signal: AbortSignal };
type Run<T> = (client: Client, options: Options) => Promise<T>;

const unguarded: Guard = (task) => task();

export class Server {
  /** Host and port, without secrets. */
  readonly where: string;
  readonly #client: Client;
  readonly #guard: Guard;
  readonly #askMs: number;
  readonly #feedMs: number;
  readonly #pending = new Set<Promise<unknown>>();
  readonly #ending = new AbortController();
  #closing: Promise<void> | undefined;

  constructor({ url, apiKey, ca, guard, askMs, feedMs }: ServerSettings) {
    this.where = new URL(url).host;
    this.#guard = guard ?? unguarded;
    this.#askMs = askMs ?? 2_000;
    this.#feedMs = feedMs ?? 10_000;
    this.#client = new Client({
      node: url,
      ...(apiKey === undefined ? {} : { auth: { apiKey } }),
      ...(ca === undefined ? {} : { tls: { ca } }),
      maxRetries: 0,
      // What a connection waits for at most; each request has a time of its own beside.
      requestTimeout: this.#feedMs,
    });
  }

  /** @throws SearchUnavailableError */
  async ask<T>(run: Run<T>): Promise<T> {
    try {
      return await this.#guard(() => this.#run(run, this.#askMs));
    } catch (error) {
      if (!isOwn(error)) throw error;
      const { message, data } = error as { message: string; data?: { retryAfter?: number } };
      throw new SearchUnavailableError(message, data?.retryAfter);
    }
  }

  /** @throws SearchUnavailableError */
  feed<T>(run: Run<T>): Promise<T> {
    return this.#run(run, this.#feedMs);
  }

  /** Keeps the connections open until the work is done; refuses it once they are closed. */
  during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closing) return Promise.reject(new SearchUnavailableError("The search is closed."));
    const done = work();
    this.#pending.add(done);
    const forget = () => this.#pending.delete(done);
    done.then(forget, forget);
    return done;
  }

  /** Waits for what was asked before, but not for a server that does not answer. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    const patience = wait(this.#askMs, undefined, { ref: false });
    await Promise.race([Promise.allSettled(this.#pending), patience]);
    this.#ending.abort();
    await this.#client.close();
  }

  async #run<T>(run: Run<T>, requestTimeout: number): Promise<T> {
    // A signal for each: the client tells a timeout to everybody who listens to the same one.
    const signal = () => AbortSignal.any([this.#ending.signal]);
    const once = () => run(this.#client, { requestTimeout, signal: signal() });
    try {
      // Once more, for a connection that was closed on the way; all that is done may be repeated.
      return await once().catch((error: unknown) => {
        if (error instanceof errors.ConnectionError) return once();
        throw error;
      });
    } catch (error) {
      throw understood(error, this.where);
    }
  }
}
