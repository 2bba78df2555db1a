/**
 * Documents of which the channel refused a message: what stands behind them is sent before they are
 * tried once more.
 */
import type { Stored } from "./collection.ts";
import type { Engine } from "./engine.ts";

const pageSize = 500;
/** More are not remembered: memory and pages stay small, and whoever is behind so many waits. */
const most = 5_000;

export class Refused {
  readonly #ids = new Set<string>();

  get areNone(): boolean {
    return this.#ids.size === 0;
  }

  add(ids: Iterable<string>): void {
    for (const id of ids) if (this.#ids.size < most) this.#ids.add(id);
  }

  forget(): void {
    this.#ids.clear();
  }

  /** An engine's page begins with the same ones each time: it is asked for as many more. */
  async behind<D extends Stored>(engine: Pick<Engine<D>, "pending">, before: string): Promise<D[]> {
    if (this.#ids.size === most) return [];
    const docs = await engine.pending(before, pageSize + this.#ids.size);
    return docs.filter(({ id }) => !this.#ids.has(id));
  }
}
