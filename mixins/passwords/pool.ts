/**
 * A few child processes that hash, and a bounded queue before them. A child that dies is replaced;
 * what it had in hand is given to another once more.
 */
import type { ChildProcess } from "node:child_process";
import { problem } from "../../services/shared/problem.ts";
import { type Answer, forked, type Job } from "./forking.ts";

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
  /** How many work now, and whether they rest between jobs: asked anew before each. */
  children: () => number;
  rests?: () => boolean;
  /** How many may wait, beside those in hand. */
  queue: number;
}

/** One in work and the next beside it: a child need not wait for a busy parent. */
const mostInHand = 2;
/** So often is one job given to a child; one that kills children is not tried for ever. */
const mostTries = 2;

export class Pool {
  readonly #settings: PoolSettings;
  /** What each child has in hand, the one it works at first. */
  readonly #children = new Map<ChildProcess, Waiting[]>();
  readonly #queue: Waiting[] = [];
  #last = 0;
  #closed = false;

  constructor(settings: PoolSettings) {
    this.#settings = settings;
  }

  get pids(): number[] {
    return [...this.#children.keys()].flatMap(({ pid }) => pid ?? []);
  }

  /** @throws HASHING_BUSY when too many wait already, or the pool is closed */
  hash(asked: Omit<Job, "id" | "rests">): Promise<Buffer> {
    if (this.#closed || this.#queue.length >= this.#settings.queue) {
      return Promise.reject(HashingBusy());
    }
    return new Promise((done, failed) => {
      const job = { id: ++this.#last, rests: false, ...asked };
      this.#queue.push({ job, tries: 0, done, failed });
      this.#next();
    });
  }

  /** Ends the children; what waits is refused. */
  close(): void {
    this.#closed = true;
    const inHand = [...this.#children.values()].flat();
    this.#refuse([...this.#queue.splice(0), ...inHand]);
    for (const child of this.#children.keys()) child.kill("SIGKILL");
    this.#children.clear();
  }

  #refuse(all: readonly Waiting[]): void {
    for (const { failed } of all) failed(HashingBusy());
  }

  /** Hands out what waits, as far as there is somebody free. */
  #next(): void {
    while (this.#queue.length > 0) {
      const child = this.#free();
      // Nobody would ever take what waits.
      if (this.#children.size === 0) this.#refuse(this.#queue.splice(0));
      const waiting = child && this.#queue.shift();
      if (!waiting) return;
      waiting.tries++;
      waiting.job.rests = this.#settings.rests?.() === true;
      this.#children.get(child)?.push(waiting);
      // A child keeps the house running only while it owes an answer.
      child.ref();
      child.channel?.ref();
      child.send(waiting.job, (error) => error && child.kill("SIGKILL"));
    }
  }

  /** A child with nothing in hand, or a new one, or one with little in hand; of the first few. */
  #free(): ChildProcess | undefined {
    const most = this.#settings.children();
    const working = [...this.#children].slice(0, most);
    const [least] = working.toSorted(([, a], [, b]) => a.length - b.length);
    if (least?.[1].length === 0) return least[0];
    const another = working.length < most ? this.#another() : undefined;
    return another ?? (least && least[1].length < mostInHand ? least[0] : undefined);
  }

  #another(): ChildProcess | undefined {
    const child = forked();
    if (!child) return undefined;
    this.#children.set(child, []);
    child.on("message", (answer: Answer) => this.#answered(child, answer));
    child.once("exit", () => this.#died(child));
    child.once("error", () => this.#died(child));
    return child;
  }

  #answered(child: ChildProcess, { id, hash }: Answer): void {
    const inHand = this.#children.get(child);
    if (inHand?.[0]?.job.id !== id) return;
    const waiting = inHand.shift();
    if (inHand.length === 0) {
      child.unref();
      child.channel?.unref();
    }
    this.#next();
    waiting?.done(Buffer.from(hash));
  }

  #died(child: ChildProcess): void {
    const [first, ...others] = this.#children.get(child) ?? [];
    if (!this.#children.delete(child) || this.#closed) return;
    this.#queue.unshift(...others);
    for (const waiting of others) waiting.tries--;
    if (first && first.tries < mostTries) this.#queue.unshift(first);
    else first?.failed(HashingBusy());
    this.#next();
  }
}
