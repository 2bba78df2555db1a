/** What is left to do when the last row of an import is stored: index, reject file, tidying up. */
import { createReadStream, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "moleculer";
import { Conflict } from "../../mixins/documents/failures.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { clock } from "../shared/clock.ts";
import { isProblem } from "../shared/problem.ts";
import type { Asker } from "../shared/wire.ts";
import { ended } from "./import.ts";
import { optionsOf } from "./import-state.ts";
import type { ImportDocument } from "./imports.store.ts";
import { waitForIndex } from "./indexing.adapter.ts";
import { folderOf, type Settings } from "./settings.ts";
import type { Uploads } from "./uploads.adapter.ts";

interface House {
  settings: Settings;
  uploads: Uploads;
  broker: Asker;
  logger: Logger;
  save(state: ImportDocument): Promise<unknown>;
  show(state: ImportDocument): void;
}

const firstPauseMs = 500;
const longestPauseMs = 5_000;

export class Ending {
  readonly #house: House;
  readonly #closing: AbortSignal;

  /** @param closing when the house stops: what is not written down then is done anew */
  constructor(house: House, closing: AbortSignal) {
    this.#house = house;
    this.#closing = closing;
  }

  /** Waits until its films can be found. Answers a sentence when it did not wait to the end. */
  async index(state: ImportDocument, signal: AbortSignal): Promise<string | undefined> {
    if (optionsOf(state).dryRun) return undefined;
    const { broker, settings } = this.#house;
    return waitForIndex(broker, settings.indexPatienceMs, signal);
  }

  /**
   * Stores the reject file and the end; what is done needs its files no more. While the disk takes
   * nothing the end is shown all the same, and tried again until it is written down. Rejects that
   * are not here could be waited for in vain: without them it ends all the same.
   */
  async end(
    state: ImportDocument,
    status: "done" | "failed" | "cancelled",
    error?: string,
  ): Promise<void> {
    const { settings, uploads, logger } = this.#house;
    const folder = folderOf(settings, state);
    const end = ended(state, status, clock.iso(), error);
    for (let pause = firstPauseMs; ; pause = Math.min(2 * pause, longestPauseMs)) {
      try {
        const rejects = lacksRejects(settings, state)
          ? {}
          : { rejects: await storeRejects(settings.objects, folder, state) };
        await this.#house.save({ ...end, ...rejects });
        break;
      } catch (refusal) {
        // Somebody has asked for it to go on meanwhile, or it is written down already.
        if (isProblem(refusal, Conflict)) return;
        logger.error(`The end of the import ${state.id} cannot be written down:`, refusal);
        if (status !== "done") this.#house.show(end);
        await wait(pause, undefined, { signal: this.#closing }).catch(() => {});
        if (this.#closing.aborted) return;
      }
    }
    if (status !== "done") return;
    await rm(folder, { recursive: true, force: true });
    await uploads.release(state.files.flatMap(({ object }) => object ?? []));
  }
}

/** The reject file lies on the node that wrote it: on another one its beginning is missing. */
export function lacksRejects(
  settings: Settings,
  doc: Pick<ImportDocument, "id" | "rejectBytes">,
): boolean {
  const path = join(folderOf(settings, doc), "rejects.ndjson");
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) < doc.rejectBytes;
}

/** Puts the reject file, as far as the checkpoint knows of it, where a door can send it from. */
async function storeRejects(
  objects: ObjectStore,
  folder: string,
  { id, rejectBytes }: ImportDocument,
): Promise<string> {
  const object = `imports/${id}/rejects.ndjson`;
  const path = join(folder, "rejects.ndjson");
  const bytes =
    rejectBytes > 0 ? createReadStream(path, { end: rejectBytes - 1 }) : Readable.from([]);
  await objects.put(object, bytes, { contentType: "application/x-ndjson" });
  return object;
}
