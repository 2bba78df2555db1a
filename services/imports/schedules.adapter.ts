/** Imports that come again and again: each time the clock strikes another one is queued. */
import { Cron } from "croner";
import type { Store } from "../../mixins/documents/store.ts";
import { newId } from "../shared/ids.ts";
import { repeated } from "./import.ts";
import type { ImportDocument } from "./imports.store.ts";

export class Schedules {
  readonly #store: Store<ImportDocument>;
  readonly #queued: () => void;
  readonly #failed: (error: unknown) => void;
  readonly #clocks = new Map<string, Cron>();

  /** @param queued is told that something is in the queue */
  constructor(store: Store<ImportDocument>, queued: () => void, failed: (error: unknown) => void) {
    this.#store = store;
    this.#queued = queued;
    this.#failed = failed;
  }

  /** Starts the clocks of all that are kept. */
  async open(): Promise<void> {
    for await (const docs of this.#store.each({ scheduled: true })) {
      for (const doc of docs) this.keep(doc);
    }
  }

  /** Starts the clock of an import that has a schedule. */
  keep({ id, schedule }: Pick<ImportDocument, "id" | "schedule">): void {
    if (!schedule || this.#clocks.has(id)) return;
    const strike = () => this.#repeat(id).catch(this.#failed);
    const options = { timezone: schedule.timeZone, protect: true, unref: true };
    this.#clocks.set(id, new Cron(schedule.cron, options, strike));
  }

  stop(id: string): void {
    this.#clocks.get(id)?.stop();
  }

  close(): void {
    for (const timer of this.#clocks.values()) timer.stop();
  }

  /** Queues another import like this one, unless the last such is not done yet. */
  async #repeat(id: string): Promise<void> {
    const like = await this.#store.get(id);
    if (!like?.schedule) return;
    const open = { repeats: id, status: { in: ["queued", "running"] } };
    if ((await this.#store.find({ where: open, limit: 1 })).items.length > 0) return;
    await this.#store.insert(repeated(newId(), like));
    this.#queued();
  }
}
