/**
 * A worker thread that answers requests, started by the first one. If it dies, what it had not
 * answered fails with a `SearchUnavailableError` and the next request starts a new one.
 */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { CursorError, QueryError, SearchUnavailableError } from "../errors.ts";
import type { Answer, Request, WorkerSettings } from "./protocol.ts";

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

// Sources are .ts, what is built of them .js: the worker lies beside this file in either form.
const workerFile = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

export class Thread {
  readonly #settings: WorkerSettings;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #lastId = 0;
  #starts = 0;
  #closing: Promise<void> | undefined;

  constructor(settings: WorkerSettings) {
    this.#settings = settings;
  }

  /** How often a worker was started: what belongs to an earlier one is lost. */
  get starts(): number {
    return this.#starts;
  }

  ask<T>(method: Request["method"], ...args: unknown[]): Promise<T> {
    if (this.#closing) return Promise.reject(new SearchUnavailableError("The search is closed."));
    return this.#send(method, args) as Promise<T>;
  }

  /** Waits for what was asked before, then ends the worker. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** Ends the worker at once, as a crash would. */
  async halt(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    if (!worker) return;
    const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    await this.#send("close", []).catch(() => undefined);
    await exited;
  }

  #send(method: Request["method"], args: readonly unknown[]): Promise<unknown> {
    const worker = this.#worker ?? this.#start();
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      // First posted: what cannot be sent is refused here and leaves nothing pending.
      worker.postMessage({ id, method, args } satisfies Request);
      this.#pending.set(id, { resolve, reject });
    });
  }

  #start(): Worker {
    const worker = new Worker(workerFile, { workerData: this.#settings, name: "search" });
    let reason = "its thread ended";
    worker.on("message", (answer: Answer) => this.#settle(answer));
    worker.on("error", (error: Error) => {
      reason = error.message;
    });
    worker.on("exit", () => {
      if (this.#worker === worker) this.#worker = undefined;
      const error = new SearchUnavailableError(`The search broke off (${reason}): ask again.`);
      for (const { reject } of this.#pending.values()) reject(error);
      this.#pending.clear();
    });
    this.#worker = worker;
    this.#starts += 1;
    return worker;
  }

  #settle({ id, value, error }: Answer): void {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    if (error) pending?.reject(this.#understood(error));
    else pending?.resolve(value);
  }

  /** Errors cross the thread by name. */
  #understood({ name, message, code }: NonNullable<Answer["error"]>): Error {
    if (name === "CursorError") return new CursorError(message);
    if (name === "QueryError") return new QueryError(message);
    const hint = code === undefined ? undefined : hints.get(code);
    const { folder } = this.#settings;
    if (hint) return new SearchUnavailableError(`Search index in ${folder}: ${message}; ${hint}.`);
    return new Error(`Search index in ${folder}: ${message}`);
  }
}

/** By SQLite's primary result codes: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. */
const hints = new Map([
  [5, "another process holds it: stop that one"],
  [6, "another process holds it: stop that one"],
  [8, "make the folder writable"],
  [10, "check the disk"],
  [13, "free some space on the disk"],
  [14, "make the folder writable"],
]);
