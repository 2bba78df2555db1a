/**
 * What the one replica that leads has in its hands: the queue, the clocks of schedules, the sweep of
 * files that no import used. Others have none of it, and answer every question from the store.
 */
import type { ImportDocument } from "./imports.store.ts";
import { ImportQueue } from "./queue.adapter.ts";
import { Schedules } from "./schedules.adapter.ts";
import type { House } from "./settings.ts";

const sweepMs = 3_600_000;
/** What others have put into the queue or scheduled, while nobody led, is looked for so often. */
const lookMs = 5_000;

export class Work {
  readonly #house: House;
  #queue: ImportQueue | undefined;
  #schedules: Schedules | undefined;
  #timers: NodeJS.Timeout[] = [];
  #closed: Promise<void> = Promise.resolve();

  constructor(house: House) {
    this.#house = house;
  }

  /** From now on it is done here. */
  begin(): void {
    const { store, logger, broker } = this.#house;
    const queue = new ImportQueue(this.#house);
    this.#queue = queue;
    this.#schedules = new Schedules(
      store,
      () => queue.go(),
      (error) => logger.error("A scheduled import could not be queued:", error),
    );
    const look = () => {
      queue.go();
      this.#schedules?.open().catch((error) => logger.warn("Schedules cannot be read:", error));
    };
    this.#sweep();
    this.#timers = [
      setInterval(() => this.#sweep(), sweepMs).unref(),
      setInterval(look, lookMs).unref(),
    ];
    // Not awaited: the films may be on a node that starts later; the queue before is at its end first.
    void Promise.all([broker.waitForServices("films"), this.#closed]).then(
      () => this.#queue === queue && look(),
      (error) => logger.error("Imports wait for the films; start them, then this node.", error),
    );
  }

  /** It is done elsewhere, or not at all: what is under way stops behind its last checkpoint. */
  end(): Promise<void> {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
    this.#schedules?.close();
    this.#closed = this.#queue?.close() ?? this.#closed;
    this.#queue = undefined;
    this.#schedules = undefined;
    return this.#closed;
  }

  /** An import was put into the queue. */
  queued(doc: ImportDocument): void {
    this.#queue?.forget(doc.id);
    this.#schedules?.keep(doc);
    this.#queue?.go();
  }

  /** Stops it, and its clock. */
  async stop(id: string): Promise<void> {
    this.#schedules?.stop(id);
    await this.#queue?.stop(id);
  }

  /** The import under way, as it stands now. */
  current(id: string): ImportDocument | undefined {
    return this.#queue?.current(id);
  }

  #sweep(): void {
    const { uploads, logger } = this.#house;
    uploads.sweep().then(
      (count) => count > 0 && logger.info(`${count} files that no import used were removed.`),
      (error) => logger.warn("Files that no import used could not be removed:", error),
    );
  }
}
