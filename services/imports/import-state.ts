/** What is kept of an import, what its thread is given and gives, and how it is shown. */
import type { z } from "zod";
import type { ObjectsSettings } from "../../mixins/objects/open.ts";
import type { File, Import } from "./import.contract.ts";
import type { Findings } from "./import-findings.ts";
import type { Imported, ImportSource } from "./import-rows.ts";
import type { ImportOptions } from "./sources/clean.ts";

export interface Schedule {
  cron: string;
  timeZone: string;
}

export interface Counts {
  rows: number;
  loaded: number;
  merged: number;
  unchanged: number;
  rejected: number;
}

/** What a worker has done since its last word. */
export interface Step {
  /** Ordinal of the last row that it covers: where to go on. */
  position: number;
  rejected: number;
  /** Length of the reject file. */
  rejectBytes: number;
  bytesRead: number;
  findings: Findings;
}

export type Outcomes = Pick<Counts, "loaded" | "merged" | "unchanged"> & { near: number };

export interface ImportState extends Counts {
  id: string;
  source: ImportSource;
  files: z.output<typeof File>[];
  /** As JSON: names of columns may hold dots, which stores of documents refuse in field names. */
  options: string;
  /** As JSON, for the same reason. */
  quality: string;
  status: Import["status"];
  stage: Import["stage"];
  position: number;
  rejectBytes: number;
  bytesRead: number;
  bytesTotal?: number;
  rowsPerSecond: number;
  error?: string;
  schedule?: Schedule;
  /** Beside `schedule`, to be found by. */
  scheduled?: boolean;
  /** The scheduled import that this one repeats. */
  repeats?: string;
  startedAt?: string;
  storedAt?: string;
  endedAt?: string;
  /** Object of the reject file, once it is stored. */
  rejects?: string;
}

/** What the thread starts with. */
export interface Job {
  source: ImportSource;
  files: z.output<typeof File>[];
  options: ImportOptions;
  /** The checkpoint: ordinal of the last row covered, and the length of the reject file. */
  position: number;
  rejectBytes: number;
  /** Whether a row was taken before. */
  accepted: boolean;
  /** A folder of its own, for what it must not keep in memory. */
  folder: string;
  objectsSettings: ObjectsSettings;
  /** Under this key the files that it fetches are put. */
  prefix: string;
  batchRows: number;
  thisYear: number;
  /** A certificate to trust beside the usual ones (PEM). */
  ca?: string | undefined;
  /** Hosts of an inner network that may be fetched from all the same. */
  privateHosts?: readonly string[] | undefined;
}

/** Rows to take, or of a rehearsal what would become of them. */
export interface Batch extends Step {
  rows: Imported[];
  rehearsed?: Outcomes;
}
export type Question =
  | { ask: "cards"; keys: string[] }
  /** Where a fetched file was put: to be written down. */
  | { ask: "keep"; index: number; object: string };
export interface End {
  orphans: number;
}
export const optionsOf = ({ options }: Pick<ImportState, "options">): ImportOptions =>
  JSON.parse(options) as ImportOptions;
export const findingsOf = ({ quality }: Pick<ImportState, "quality">): Findings =>
  JSON.parse(quality) as Findings;

/** An import as it is shown. */
export function view(document: ImportState & Pick<Import, "version" | "createdAt" | "updatedAt">) {
  const { id, version, source, files, status, stage, createdAt, updatedAt } = document;
  const { rows, loaded, merged, unchanged, rejected, bytesRead, rowsPerSecond } = document;
  const { schedule } = document;
  return {
    ...{ id, version, source, files, status, stage, createdAt, updatedAt },
    ...{ rows, loaded, merged, unchanged, rejected, bytesRead, rowsPerSecond },
    options: optionsOf(document),
    quality: findingsOf(document),
    schedule: schedule ? `${schedule.cron} ${schedule.timeZone}` : null,
    bytesTotal: document.bytesTotal ?? null,
    error: document.error ?? null,
    startedAt: document.startedAt ?? null,
    storedAt: document.storedAt ?? null,
    endedAt: document.endedAt ?? null,
  };
}
