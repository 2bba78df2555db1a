/** What is left to do when the last row of an import is stored: index, reject file, tidying up. */
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { untold } from "../catalog/films.contract.ts";
import { stats } from "../catalog/search.contract.ts";
import { clock } from "../shared/clock.ts";
import { type Asker, call } from "../shared/wire.ts";
import { ended } from "./import.ts";
import { optionsOf } from "./import-state.ts";
import type { ImportDocument } from "./imports.store.ts";
import type { Uploads } from "./uploads.adapter.ts";

const lookAgainMs = 200;
/** A search that is away longer than a node takes to start anew is not waited for. */
const awayMs = 10_000;

/**
 * Waits until the search has every film that was told of.
 *
 * @param patienceMs so long may nothing move before the waiting ends
 * @returns a sentence when it was not waited for to the end
 */
async function waitForIndex(
  broker: Asker,
  patienceMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  let least = Number.POSITIVE_INFINITY;
  let standing = 0;
  let isAway = false;
  while (!signal.aborted) {
    const left = await leftToIndex(broker).catch((error: unknown) => {
      isAway = saysAway(error) ?? isAway;
      return undefined;
    });
    if (left === 0) return undefined;
    if (left !== undefined) isAway = false;
    standing = (left ?? least) < least ? 0 : standing + lookAgainMs;
    least = Math.min(left ?? least, least);
    if (isAway && standing >= Math.min(awayMs, patienceMs)) return nobodySearches;
    if (standing >= patienceMs) return stands(least);
    await wait(lookAgainMs);
  }
  return "All rows are stored; it was not waited for the search to have them.";
}

const nobodySearches =
  "All rows are stored; no search runs in this cluster. " +
  "Start a node with SERVICES=catalog/search: it takes in by itself what it has missed.";

function stands(least: number): string {
  const what = Number.isFinite(least) ? `lacks ${least} changes` : "does not answer";
  return `All rows are stored; the search ${what} yet. See \`bijou services\`.`;
}

/** Whether there is no search to ask; nothing where the error does not tell. */
function saysAway(error: unknown): boolean | undefined {
  const { type, data } = error as { type?: string; data?: { action?: unknown } };
  // A breaker only says that it went badly before.
  if (type === "BREAKER_OPEN") return undefined;
  return (
    (type === "SERVICE_NOT_FOUND" || type === "SERVICE_NOT_AVAILABLE") &&
    data?.action === stats.name
  );
}

async function leftToIndex(broker: Asker): Promise<number> {
  const { count } = await call(broker, untold, {});
  const { lag } = await call(broker, stats, {});
  return count + lag;
}

/** What imports work with. */
export interface Settings {
  objects: ObjectStore;
  /** Where a thread opens the same objects. */
  objectsRoot: string;
  /** For what imports under way keep outside of memory. */
  folder: string;
  batchRows: number;
  /** A certificate to trust beside the usual ones (PEM). */
  ca?: string;
  /** So long may the index stand still before an import ends without waiting for it. */
  indexPatienceMs: number;
  /** So long are files kept that were received and that no import uses. */
  uploadDays: number;
}

export const folderOf = ({ folder }: Settings, { id }: { id: string }): string => join(folder, id);

export class Ending {
  readonly #settings: Settings;
  readonly #uploads: Uploads;
  readonly #broker: Asker;
  readonly #save: (state: ImportDocument) => Promise<unknown>;

  constructor(
    settings: Settings,
    uploads: Uploads,
    broker: Asker,
    save: (state: ImportDocument) => Promise<unknown>,
  ) {
    this.#settings = settings;
    this.#uploads = uploads;
    this.#broker = broker;
    this.#save = save;
  }

  /** Waits until its films can be found. Answers a sentence when it did not wait to the end. */
  async index(state: ImportDocument, signal: AbortSignal): Promise<string | undefined> {
    if (optionsOf(state).dryRun) return undefined;
    return waitForIndex(this.#broker, this.#settings.indexPatienceMs, signal);
  }

  /** Stores the reject file and the end; what is done needs its files no more. */
  async end(
    state: ImportDocument,
    status: "done" | "failed" | "cancelled",
    error?: string,
  ): Promise<void> {
    const { objects } = this.#settings;
    const folder = folderOf(this.#settings, state);
    const rejects = await storeRejects(objects, folder, state);
    await this.#save({ ...ended(state, status, clock.iso(), error), rejects });
    if (status !== "done") return;
    await rm(folder, { recursive: true, force: true });
    await this.#uploads.release(state.files.flatMap(({ object }) => object ?? []));
  }
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
