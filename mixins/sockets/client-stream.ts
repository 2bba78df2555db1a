/**
 * A user's stream as its reader follows it: each entry once, in order, whatever breaks between. The
 * cursor says what was handled; a gap before a live entry is read before the entry is handled.
 */
import { Refused } from "./client-refusal.ts";
import type { Entry, EntryPage } from "./protocol.ts";

export interface StreamOptions {
  /** The cursor of the last entry that was handled; all that is kept when absent. */
  since?: number | undefined;
  /** The house does not keep all that came after the cursor any more. */
  onMissed?: () => void;
}

interface Parts extends StreamOptions {
  read(since: number | undefined): Promise<EntryPage>;
  handler(entry: Entry): void | Promise<void>;
  failed(error: Error): void;
}

/** A page that could not be read is asked for again after so long. */
const againMs = 2_000;

export class Stream {
  readonly #parts: Parts;
  #cursor: number | undefined;
  #live: Entry[] = [];
  #mustRead = false;
  #running = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#cursor = parts.since;
  }

  /** Of the last entry that was handled: what to give as `since` the next time. */
  get cursor(): number | undefined {
    return this.#cursor;
  }

  /** There is a connection: reads what came meanwhile. */
  resume(): void {
    this.#mustRead = true;
    void this.#run();
  }

  /** An entry that was told just now. */
  take(entry: Entry): void {
    this.#live.push(entry);
    void this.#run();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    if (this.#running || this.#stopped) return;
    this.#running = true;
    try {
      while (!this.#stopped && (this.#mustRead || this.#live.length > 0)) {
        if (this.#mustRead) await this.#read();
        else await this.#next();
      }
    } catch (error) {
      this.#mustRead = true;
      const isFinal = error instanceof Refused && error.status < 500 && error.status !== 429;
      clearTimeout(this.#timer);
      if (!isFinal) this.#timer = setTimeout(() => void this.#run(), againMs);
      this.#parts.failed(error as Error);
    } finally {
      this.#running = false;
    }
  }

  async #read(): Promise<void> {
    const { items, more, missed } = await this.#parts.read(this.#cursor);
    if (missed) this.#parts.onMissed?.();
    for (const entry of items) await this.#handle(entry);
    this.#mustRead = more;
  }

  async #next(): Promise<void> {
    const [entry] = this.#live;
    const isGap = entry && (this.#cursor === undefined || entry.cursor > this.#cursor + 1);
    // What is told after this is asked for with it.
    if (isGap) this.#mustRead = true;
    this.#live.shift();
    if (entry && !isGap) await this.#handle(entry);
  }

  async #handle(entry: Entry): Promise<void> {
    if (this.#stopped || (this.#cursor !== undefined && entry.cursor <= this.#cursor)) return;
    await this.#parts.handler(entry);
    this.#cursor = entry.cursor;
  }
}
