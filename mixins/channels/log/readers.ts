/**
 * Who handles a group's messages in this process, and how many each has in hand: bookkeeping
 * without I/O. Several readers of one group share its work; the one with the most room is next.
 */
import type { Reader } from "../subscription.ts";

export class Readers {
  readonly #readers: Reader[] = [];
  readonly #running = new Map<Reader, number>();
  readonly #idle = new Map<Reader, () => void>();
  #ordered = false;

  get some(): boolean {
    return this.#readers.length > 0;
  }

  /** Whether any of those that are here, or were last, asks for order. */
  get ordered(): boolean {
    return this.#ordered;
  }

  get room(): number {
    return this.#readers.reduce((sum, it) => sum + Math.max(0, this.#roomOf(it)), 0);
  }

  add(reader: Reader): void {
    this.#readers.push(reader);
    this.#ordered = this.#readers.some((it) => it.ordered);
  }

  remove(reader: Reader): void {
    const at = this.#readers.indexOf(reader);
    if (at !== -1) this.#readers.splice(at, 1);
  }

  /** The reader with the most room, if any has room. */
  roomiest(): Reader | undefined {
    let best: Reader | undefined;
    let most = 0;
    for (const reader of this.#readers) {
      const room = this.#roomOf(reader);
      if (room > most) [best, most] = [reader, room];
    }
    return best;
  }

  running = (reader: Reader): number => this.#running.get(reader) ?? 0;

  begin(reader: Reader): void {
    this.#running.set(reader, this.running(reader) + 1);
  }

  end(reader: Reader): void {
    const left = this.running(reader) - 1;
    if (left > 0) {
      this.#running.set(reader, left);
      return;
    }
    this.#running.delete(reader);
    this.#idle.get(reader)?.();
  }

  /** Waits until nothing runs for it, at most so long. */
  async idle(reader: Reader, withinMs: number): Promise<void> {
    if (this.running(reader) === 0) return;
    await new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, withinMs);
      this.#idle.set(reader, () => {
        clearTimeout(limit);
        resolve();
      });
    });
    this.#idle.delete(reader);
  }

  #roomOf = (reader: Reader): number => reader.maxInFlight - this.running(reader);
}
