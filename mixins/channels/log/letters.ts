/** The dead letters as an operator sees them: asks the log's thread for them, page by page. */
import { clock } from "../../../services/shared/clock.ts";
import { deadIds } from "../dead-ids.ts";
import type { DeadLetter, DeadLetterFilter, DeadLetters } from "../port.ts";
import type { LetterRow } from "./protocol.ts";
import type { Thread } from "./thread.ts";

/** Most letters on one page, and redriven in one transaction. */
const batch = 500;

const iso = (ms: number): string => new Date(ms).toISOString();

const letter = (row: LetterRow): DeadLetter => ({
  id: row.id,
  channel: row.channel,
  group: row.group,
  message: JSON.parse(row.body),
  error: JSON.parse(row.error),
  attempts: row.attempts,
  firstAt: iso(row.first_at),
  lastAt: iso(row.last_at),
});

export class Letters implements DeadLetters {
  readonly #thread: Thread;
  readonly #wake: (group: number) => void;

  /** @param wake told of each group that got messages back */
  constructor(thread: Thread, wake: (group: number) => void) {
    this.#thread = thread;
    this.#wake = wake;
  }

  async list(page: Parameters<DeadLetters["list"]>[0] = {}): Promise<DeadLetter[]> {
    return (await this.#rows(page)).map(letter);
  }

  async count({ channel, group }: DeadLetterFilter = {}): Promise<number> {
    return await this.#thread.ask("countLetters", () => [channel ?? null, group ?? null]);
  }

  async redrive(which: { readonly ids: readonly string[] } | DeadLetterFilter): Promise<number> {
    const page = (after?: string) => this.#rows({ ...which, after, limit: batch });
    const ids = "ids" in which ? which.ids : await deadIds(page, batch);
    let total = 0;
    for (let at = 0; at < ids.length; at += batch) {
      const some = ids.slice(at, at + batch);
      const { redriven, groups } = await this.#thread.ask("redrive", () => [some, clock.now()]);
      for (const group of groups) this.#wake(group);
      total += redriven;
    }
    return total;
  }

  #rows(page: NonNullable<Parameters<DeadLetters["list"]>[0]>): Promise<LetterRow[]> {
    const limit = Math.min(page.limit ?? 100, batch);
    const { channel = null, group = null, after = "" } = page;

    return this.#thread.ask("letters", () => [channel, group, after, limit]);
  }
}
