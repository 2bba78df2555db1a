/**
 * A few child processes that hash, and a bounded queue before them. A child that dies is replaced;
 * what it had in hand is given to another once more.
 */
import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { problem } from "../../services/shared/problem.ts";
import type { Cost } from "./phc.ts";

/** What a child is asked. */
export interface Job {
  id: number;
  password: Buffer;
  salt: Buffer;
  cost: Cost;
  /** Bytes of the hash. */
  length: number;
}
export interface Answer {
  id: number;
  hash: Uint8Array;
}

export const HashingBusy = problem("HASHING_BUSY", 503, {
  en: "Too many are signing in just now. Ask again in a few seconds.",
  ru: "Сейчас входит слишком много людей. Повторите через несколько секунд.",
});

interface Waiting {
  job: Job;
  tries: number;
  done: (hash: Buffer) => void;
  failed: (error: unknown) => void;
}

export interface PoolSettings {
  children: number;
  /** How many may wait, beside those in hand. */
  queue: number;
}

/** So often is one job given to a child; one that kills children is not tried for ever. */
const mostTries = 2;
const script = fileURLToPath(
  new URL(`./argon2.child${extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

export class Pool {
  readonly #settings: PoolSettings;
  readonly #idle: ChildProcess[] = [];
  readonly #busy = new Map<ChildProcess, Waiting>();
  readonly #queue: Waiting[] = [];
  #last = 0;
  #closed = false;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
  }

  /** Process ids of the children. */
  get pids(): number[] {
    return [...this.#idle, ...this.#busy.keys()].flatMap(({ pid }) => pid ?? []);
  }

  /** @throws HASHING_BUSY when too many wait already, or the pool is closed */
  hash(asked: Omit<Job, "id">): Promise<Buffer> {
    if (this.#closed || this.#queue.length >= this.#settings.queue) {
      return Promise.reject(HashingBusy());
    }
    return new Promise((done, failed) => {
      this.#queue.push({ job: { id: ++this.#last, ...asked }, tries: 0, done, failed });
      this.#next();
    });
  }

  /** Ends the children; what waits is refused. */
  close(): void {
    this.#closed = true;
    for (const { failed } of [...this.#queue.splice(0), ...this.#busy.values()]) {
      failed(HashingBusy());
    }
    for (const child of [...this.#idle, ...this.#busy.keys()]) child.kill("SIGKILL");
    this.#busy.clear();
    this.#idle.length = 0;
  }

  #next(): void {
    if (this.#queue.length === 0) return;
    const child = this.#idle.pop() ?? this.#another();
    const waiting = child && this.#queue.shift();
    if (!waiting) return;
    waiting.tries++;
    this.#busy.set(child, waiting);
    // A child keeps the house running only while it owes an answer.
    child.ref();
    child.channel?.ref();
    child.send(waiting.job, (error) => error && child.kill("SIGKILL"));
  }

  #another(): ChildProcess | undefined {
    if (this.#busy.size >= this.#settings.children) return undefined;
    const child = fork(script, {
      serialization: "advanced",
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env: {},
    });
    child.on("message", (answer: Answer) => this.#answered(child, answer));
    child.once("exit", () => this.#died(child));
    child.once("error", () => this.#died(child));
    return child;
  }

  #answered(child: ChildProcess, { id, hash }: Answer): void {
    const waiting = this.#busy.get(child);
    if (waiting?.job.id !== id) return;
    this.#busy.delete(child);
    child.unref();
    child.channel?.unref();
    this.#idle.push(child);
    waiting.done(Buffer.from(hash));
    this.#next();
  }

  #died(child: ChildProcess): void {
    const waiting = this.#busy.get(child);
    this.#busy.delete(child);
    const place = this.#idle.indexOf(child);
    if (place >= 0) this.#idle.splice(place, 1);
    if (!waiting || this.#closed) return;
    if (waiting.tries < mostTries) this.#queue.unshift(waiting);
    else waiting.failed(HashingBusy());
    this.#next();
  }
}
