/** Work that nobody waits for: what fails is told and ends nothing else, a stop waits for the rest. */
import type { Logger } from "moleculer";

export class Afterwards {
  readonly #under = new Set<Promise<void>>();
  readonly #logger: Pick<Logger, "error">;

  constructor(logger: Pick<Logger, "error">) {
    this.#logger = logger;
  }

  add(work: Promise<unknown>): void {
    const task = work
      .then(() => undefined)
      .catch((error) => this.#logger.error("What was accepted could not be done:", error))
      .finally(() => this.#under.delete(task));
    this.#under.add(task);
  }

  /** Resolves when what was begun has ended. */
  async done(): Promise<void> {
    await Promise.all(this.#under);
  }
}
