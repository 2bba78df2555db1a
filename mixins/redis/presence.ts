/**
 * Whether a Redis is there. One answer that does not come is enough to leave it alone, so that the
 * next thousand do not wait for theirs; then it is asked from time to time whether it is back.
 */
import type { Client } from "./client.ts";

const firstPauseMs = 250;
const longestPauseMs = 4_000;
/** Who goes again so soon after coming back is asked less often. */
const calmMs = 10_000;

export class Presence {
  readonly #client: Pick<Client, "status" | "ping">;
  readonly #now: () => number;
  #timer: NodeJS.Timeout | undefined;
  #pauseMs = firstPauseMs;
  #backAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(client: Pick<Client, "status" | "ping">, now: () => number = Date.now) {
    [this.#client, this.#now] = [client, now];
  }

  get isThere(): boolean {
    return this.#timer === undefined && this.#client.status === "ready" && !this.#closed;
  }

  /** What a task answers; undefined where Redis is not there, or does not answer. Never throws. */
  async ask<T>(task: () => Promise<T>): Promise<T | undefined> {
    if (!this.isThere) return undefined;
    try {
      return await task();
    } catch (error) {
      this.suspect(error);
      return undefined;
    }
  }

  /** Something went wrong: it is left alone until it answers. A refusal is an answer. */
  suspect(error?: unknown): void {
    const isAnswer = error instanceof Error && error.name === "ReplyError";
    if (this.#timer || this.#closed || isAnswer) return;
    const wasCalm = this.#now() - this.#backAt > calmMs;
    this.#pauseMs = wasCalm ? firstPauseMs : Math.min(this.#pauseMs * 2, longestPauseMs);
    this.#wait();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    this.#timer = setTimeout(() => void this.#probe(), this.#pauseMs).unref();
  }

  async #probe(): Promise<void> {
    const isBack = await this.#client.ping().then(
      () => true,
      () => false,
    );
    if (this.#closed) return;
    if (!isBack) return this.#wait();
    this.#timer = undefined;
    this.#backAt = this.#now();
  }
}
