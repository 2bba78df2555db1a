/**
 * The thread of one import: reads its files, cleans and checks their rows, and hands them over in
 * batches. It writes only into its work folder. Node runs it as it stands.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { Files, type SpooledFile } from "../../mixins/intake/files.ts";
import { Outlet } from "../../mixins/intake/outlet.ts";
import type { Format, Row } from "../../mixins/intake/parse.ts";
import { type Staged, Staging } from "../../mixins/intake/staging.ts";
import { Unreadable } from "../../mixins/intake/unreadable.ts";
import { DirectoryStore } from "../../mixins/objects/directory.ts";
import type { MatchCard } from "./absorb.contract.ts";
import type { Outcomes, Step } from "./import.ts";
import { Batches } from "./imports.batches.ts";
import type { Imported, ImportSource } from "./import-rows.ts";
import type { ImportOptions } from "./sources/clean.ts";
import { imdbTables } from "./sources/imdb-files.ts";
import { columnsOf } from "./sources/mapping.ts";
import { movielensTables } from "./sources/movielens.ts";

/** What the thread starts with. */
export interface Job {
  source: ImportSource;
  files: { name: string; object?: string | undefined; url?: string | undefined }[];
  options: ImportOptions;
  /** Ordinal of the last row that the checkpoint covers. */
  position: number;
  rejectBytes: number;
  /** Whether a row has been taken before: then the format is right. */
  accepted: boolean;
  /** Its own folder for what it must keep outside of memory. */
  folder: string;
  objectsRoot: string;
  /** Where fetched files go in the objects' store. */
  prefix: string;
  maxBytes: number;
  batchRows: number;
  thisYear: number;
  ca?: string | undefined;
}

/** Rows to take; of a rehearsal what would become of them. */
export interface Batch extends Step {
  rows: Imported[];
  rehearsed?: Outcomes;
}
export type Question =
  | { ask: "cards"; keys: string[] }
  /** A file was fetched: to be written down before reading it. */
  | { ask: "keep"; index: number; object: string };
export type Progress = { bytesRead: number; bytesTotal?: number | null };
export type End = { orphans: number };
export type ImportOutlet = Outlet<Batch, Question, MatchCard[], Progress, End>;

const job = workerData as Job;
const staged: Partial<Record<ImportSource, { plan: Staged<ImportOptions>; format: Format }>> = {
  movielens: { plan: movielensTables, format: { kind: "csv", delimiter: ",", quotes: true } },
  imdb: { plan: imdbTables, format: { kind: "csv", delimiter: "\t", quotes: false } },
};

async function run(outlet: ImportOutlet): Promise<End> {
  mkdirSync(job.folder, { recursive: true });
  const objects = await DirectoryStore.open(job.objectsRoot, { sweep: false });
  const told = progressOf(outlet);
  const files = new Files(objects, told.more);
  const spooled = await spool(files, outlet);
  outlet.tell({ bytesRead: 0, bytesTotal: await files.size(spooled) });
  const batches = new Batches(job, outlet, told.bytes);
  try {
    const join = staged[job.source];
    const orphans = join
      ? await joined(files, spooled, join, batches)
      : await streamed(files, spooled, batches);
    await batches.end();
    return { orphans };
  } finally {
    batches.close();
  }
}

/** Fetches what lies at addresses, once. */
async function spool(files: Files, outlet: ImportOutlet): Promise<SpooledFile[]> {
  const spooled: SpooledFile[] = [];
  for (const [index, { name, object, url }] of job.files.entries()) {
    const key = object ?? `${job.prefix}/files/${index}`;
    if (!object && url) {
      const { maxBytes, ca } = job;
      const path = join(job.folder, `file-${index}.part`);
      const progress = (bytesRead: number, bytesTotal: number | null) =>
        throttled(() => outlet.tell({ bytesRead, bytesTotal }));
      await files.fetch(name, key, { url, path, maxBytes, ca, progress });
      await outlet.ask({ ask: "keep", index, object: key });
    }
    spooled.push({ name, object: key });
  }
  return spooled;
}

/** Files whose rows stand alone, one after another. @returns the orphans: there can be none */
async function streamed(files: Files, spooled: SpooledFile[], batches: Batches): Promise<number> {
  let left = job.position;
  for (const file of spooled) {
    const header = (names: readonly string[]) => checkHeader(names);
    let count = 0;
    for await (const rows of files.rows(file, { format: formatOf, header })) {
      const passed = Math.min(left, rows.length);
      left -= passed;
      count += rows.length;
      await batches.take(file.name, rows.slice(passed));
    }
    if (count === 0) throw new Unreadable(`${file.name}: it has no rows. Send a file that has some.`);
  }
  return 0;
}

async function joined(
  files: Files,
  spooled: SpooledFile[],
  { plan, format }: { plan: Staged<ImportOptions>; format: Format },
  batches: Batches,
): Promise<number> {
  const path = join(job.folder, "joined.sqlite");
  rmSync(path, { force: true });
  const staging = new Staging(plan, path);
  try {
    // What was rejected while joining is in the checkpoint already.
    const reject = (file: SpooledFile, row: Row) =>
      job.position === 0 && batches.reject(file.name, row, row.fault ?? "");
    const rows = files.joined(spooled, staging, { format, skip: job.position }, job.options, reject);
    for await (const group of rows) await batches.take(spooled[0]?.name ?? "", group);
    return staging.orphans();
  } finally {
    staging.close();
  }
}

void new Outlet<Batch, Question, MatchCard[], Progress, End>(parentPort).run(run);
