/**
 * Runs one import from its checkpoint to its last stored row: a worker thread reads and cleans, the
 * films take in batch by batch, and behind each batch stands a checkpoint.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { z } from "zod";
import { WriteFailed } from "../../mixins/documents/failures.ts";
import type { Outlet } from "../../mixins/intake/outlet.ts";
import type { Reading } from "../../mixins/intake/progress.ts";
import { beside, type Pump, pump } from "../../mixins/intake/pump.ts";
import { Unreadable } from "../../mixins/intake/unreadable.ts";
import type { Absorbed, MatchCard } from "../catalog/absorb.contract.ts";
import { isProblem } from "../shared/problem.ts";
import { advanced, tallied } from "./import.ts";
import type { Imported } from "./import-rows.ts";
import { type Batch, type End, type Job, optionsOf, type Question } from "./import-state.ts";
import type { ImportDocument } from "./imports.store.ts";

export type Link = Outlet<Job, Batch, Question, MatchCard[], Reading, End>;

/** What a run asks of the house. */
export interface Around {
  absorb(rows: Imported[]): Promise<z.output<typeof Absorbed>[]>;
  cards(keys: string[]): Promise<MatchCard[]>;
  /** Writes the state down; answers it at its next version. */
  save(state: ImportDocument): Promise<ImportDocument>;
  /** Something moved that is worth showing, but not worth writing down. */
  moved(state: ImportDocument): void;
  /** Monotonic, milliseconds. */
  now(): number;
}

const tries = 8;
const firstPauseMs = 250;
/** As many as `films.cards` takes. */
const maxKeys = 5000;

export const importWorker = beside(import.meta.url, "./imports.worker");

export class Running {
  readonly #around: Around;
  readonly #pump: Pump<End>;
  readonly #startedAt: number;
  readonly #rowsBefore: number;
  #state: ImportDocument;
  readonly #stopping = new AbortController();

  constructor(
    state: ImportDocument,
    settings: Omit<Job, "source" | "files" | "options" | "position" | "rejectBytes" | "accepted">,
    around: Around,
  ) {
    const { source, files, position, rejectBytes } = state;
    this.#state = state;
    this.#around = around;
    this.#startedAt = around.now();
    this.#rowsBefore = state.rows;
    const accepted = state.rows > state.rejected;
    const options = optionsOf(state);
    const data: Job = { ...settings, source, files, options, position, rejectBytes, accepted };
    this.#pump = pump<Batch, Question, MatchCard[], Reading, End>({
      worker: importWorker,
      job: data,
      take: (batch) => this.#take(batch),
      answer: (question) => this.#answer(question),
      hear: (reading) => this.#hear(reading),
    });
  }

  /** As it stands after what was done. */
  get state(): ImportDocument {
    return this.#state;
  }

  /**
   * Resolves after the last row is stored, or with nothing when it was stopped.
   * @throws Unreadable for what a person can mend
   */
  get ended(): Promise<End | undefined> {
    return this.#pump.ended;
  }

  /** Ends after the batch that is being taken. */
  stop(): Promise<void> {
    this.#stopping.abort();
    return this.#pump.stop();
  }

  async #take(batch: Batch): Promise<void> {
    const { rows, rehearsed, ...step } = batch;
    const outcomes =
      rehearsed ??
      tallied(rows.length > 0 ? await this.#patiently(() => this.#around.absorb(rows)) : []);
    const next = advanced(this.#state, step, outcomes);
    const seconds = (this.#around.now() - this.#startedAt) / 1000;
    const rowsPerSecond = Math.round((next.rows - this.#rowsBefore) / Math.max(seconds, 0.001));
    this.#state = await this.#around.save({ ...next, rowsPerSecond });
  }

  async #answer(question: Question): Promise<MatchCard[]> {
    if (question.ask === "keep") {
      const files = this.#state.files.map((file, index) =>
        index === question.index ? { ...file, object: question.object } : file,
      );
      this.#state = await this.#around.save({ ...this.#state, files });
      return [];
    }
    const cards: MatchCard[] = [];
    for (let from = 0; from < question.keys.length; from += maxKeys) {
      const keys = question.keys.slice(from, from + maxKeys);
      cards.push(...(await this.#patiently(() => this.#around.cards(keys))));
    }
    return [...new Map(cards.map((card) => [card.id, card])).values()];
  }

  #hear({ bytesRead, bytesTotal }: Reading): void {
    this.#state = {
      ...this.#state,
      bytesRead: Math.max(bytesRead, this.#state.position > 0 ? this.#state.bytesRead : 0),
      ...(bytesTotal === null ? {} : { bytesTotal }),
    };
    this.#around.moved(this.#state);
  }

  /** The films may be away for a while; taking a batch twice does no harm. Stops when asked to. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    const { signal } = this.#stopping;
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        if (signal.aborted || attempt >= tries || isPermanent(error)) throw silent(error);
        await wait(firstPauseMs * 2 ** (attempt - 1), undefined, { signal });
      }
    }
  }
}

/** Refused for good; 404 is an actor that is not there yet. */
function isPermanent(error: unknown): boolean {
  const code = Number((error as { code?: unknown }).code);
  return code >= 400 && code < 500 && code !== 404;
}

function silent(error: unknown): unknown {
  if (isProblem(error, WriteFailed)) return error;
  const why = `the films do not take the rows (${(error as Error).message}). `;
  return new Unreadable(`${why}See that they run (\`bijou services\`), then resume the import.`);
}
