/**
 * The thread that has the log's file, seen from the node: questions of one turn of the event loop
 * go over together, answers come when they are committed. Nothing here waits for the disk. If the
 * thread dies, what it had not answered fails and the next question starts a new one.
 */
import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { ChannelError, logUnavailable } from "../errors.ts";
import type { Answer, Methods, Request, StoreSettings } from "./protocol.ts";
import { type Question, Questions, type Size } from "./questions.ts";

const small: Size = { bytes: 0 };

const closed = "The channels are closed: this node is stopping. Send again when it has started.";

// Sources are .ts, what is built of them .js: the worker lies beside this file in either form.
const workerFile = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** It makes many short-lived rows: left alone it would take more memory before it cleans up. */
const resourceLimits = { maxYoungGenerationSizeMb: 16 };

export class Thread {
  readonly #settings: StoreSettings;
  readonly #pending = new Map<number, Question>();
  readonly #questions = new Questions();
  #worker: Worker | undefined;
  #lastId = 0;
  #deaths = 0;
  #posting = false;
  #closing: Promise<void> | undefined;

  constructor(settings: StoreSettings) {
    this.#settings = settings;
  }

  get open(): boolean {
    return this.#closing === undefined;
  }

  /** How often a thread has died: what it knew of groups died with it. */
  get deaths(): number {
    return this.#deaths;
  }

  /**
   * @param args asked for when the question goes over, at the end of the turn
   * @param size about how large it is then
   * @throws ChannelError LOG_UNAVAILABLE, LOG_TOO_NEW, CHANNELS_CLOSED
   */
  ask<M extends keyof Methods>(
    method: M,
    args: () => Parameters<Methods[M]>,
    size = small,
  ): Promise<ReturnType<Methods[M]>> {
    if (!this.open) return Promise.reject(new ChannelError("CHANNELS_CLOSED", closed));
    return this.#ask(method, args, size) as Promise<ReturnType<Methods[M]>>;
  }

  /** What was asked before is answered; then the file is closed. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** Ends the thread at once, as a crash would. */
  async halt(): Promise<void> {
    await this.#worker?.terminate();
  }

  async #end(): Promise<void> {
    if (!this.#worker && !this.#questions.some) return;
    await this.#ask("close", () => [], small).catch(() => undefined);
    const worker = this.#worker;
    worker?.ref();
    if (worker) await once(worker, "exit");
  }

  #ask(method: keyof Methods, args: Question["args"], size: Size): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#questions.add({ method, args, size, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#posting) return;
    this.#posting = true;
    setImmediate(() => {
      this.#posting = false;
      this.#post(this.#questions.take());
      if (this.#questions.some) this.#schedule();
    });
  }

  #post(questions: readonly Question[]): void {
    const worker = this.#worker ?? this.#start();
    const requests = questions.map((question): Request => {
      const id = ++this.#lastId;
      this.#pending.set(id, question);
      return { id, method: question.method, args: question.args() };
    });
    // Whoever waits for an answer keeps the process; the thread alone does not.
    worker.ref();
    worker.postMessage(requests);
  }

  #start(): Worker {
    const worker = new Worker(workerFile, {
      workerData: this.#settings,
      name: "channels",
      resourceLimits,
    });
    let reason = "its thread ended";
    worker.on("message", (answers: readonly Answer[]) => {
      for (const answer of answers) this.#settle(answer);
      if (this.#pending.size === 0) worker.unref();
    });
    worker.on("error", (error: Error) => {
      reason = error.message;
    });
    worker.on("exit", () => {
      this.#worker = undefined;
      this.#deaths += 1;
      const lost = [...this.#pending.values()];
      this.#pending.clear();
      for (const { reject } of lost) reject(logUnavailable(this.#settings.path, reason));
    });
    this.#worker = worker;
    return worker;
  }

  #settle({ id, value, error }: Answer): void {
    const question = this.#pending.get(id);
    this.#pending.delete(id);
    if (error) question?.reject(new ChannelError(error.code, error.message));
    else question?.resolve(value);
  }
}
