/** How an import moves on: what is kept of it, and what each step makes of that. Pure. */
import type { z } from "zod";
import type { Absorbed } from "./absorb.contract.ts";
import type { File, Import } from "./import.contract.ts";
import { type Findings, type ImportSource, nothingFound, summed } from "./import-rows.ts";
import type { start } from "./imports.contract.ts";
import type { ImportOptions } from "./sources/clean.ts";

export type Asked = z.output<typeof start.params>;
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
  startedAt?: string;
  storedAt?: string;
  endedAt?: string;
  /** Object of the reject file, once it is stored. */
  rejects?: string;
}

const beginning = {
  rows: 0,
  loaded: 0,
  merged: 0,
  unchanged: 0,
  rejected: 0,
  position: 0,
  rejectBytes: 0,
  bytesRead: 0,
  rowsPerSecond: 0,
};

export const optionsOf = ({ options }: Pick<ImportState, "options">): ImportOptions =>
  JSON.parse(options) as ImportOptions;
const findingsOf = ({ quality }: Pick<ImportState, "quality">): Findings =>
  JSON.parse(quality) as Findings;

/** A new import, waiting for its turn. */
export function queued(id: string, { source, files, options, schedule }: Asked): ImportState {
  return {
    ...beginning,
    id,
    source,
    files,
    options: JSON.stringify(options),
    quality: JSON.stringify(nothingFound()),
    status: "queued",
    stage: "waiting",
    ...(schedule ? { schedule, scheduled: true } : {}),
  };
}

/** Under way, from its checkpoint; a rehearsal, which left nothing behind, from the beginning. */
export function begun<S extends ImportState>(state: S, now: string): S {
  const { error: _, endedAt: __, ...rest } = state;
  const anew = optionsOf(state).dryRun
    ? { ...beginning, quality: JSON.stringify(nothingFound()) }
    : {};
  return {
    ...(rest as S),
    ...anew,
    status: "running",
    stage: "extract",
    startedAt: state.startedAt ?? now,
  };
}

/** What became of rows, counted. */
export function tallied(results: readonly z.output<typeof Absorbed>[]): Outcomes {
  const outcomes: Outcomes = { loaded: 0, merged: 0, unchanged: 0, near: 0 };
  for (const { outcome, near } of results) {
    outcomes[outcome]++;
    if (near > 0) outcomes.near++;
  }
  return outcomes;
}

/** The state with a checkpoint behind a step. */
export function advanced<S extends ImportState>(state: S, step: Step, outcomes: Outcomes): S {
  const { loaded, merged, unchanged, near } = outcomes;
  const findings = summed(findingsOf(state), { ...step.findings, near });
  return {
    ...state,
    stage: "load",
    position: step.position,
    rows: state.rows + loaded + merged + unchanged + step.rejected,
    loaded: state.loaded + loaded,
    merged: state.merged + merged,
    unchanged: state.unchanged + unchanged,
    rejected: state.rejected + step.rejected,
    rejectBytes: step.rejectBytes,
    bytesRead: Math.max(state.bytesRead, step.bytesRead),
    quality: JSON.stringify(findings),
  };
}

/** All rows are stored. */
export const stored = <S extends ImportState>(state: S, orphans: number, now: string): S => ({
  ...state,
  stage: "index",
  storedAt: now,
  quality: JSON.stringify({ ...findingsOf(state), orphans }),
});

/** At its end; what was loaded before a failure stays, and is said. */
export function ended<S extends ImportState>(
  state: S,
  status: "done" | "failed" | "cancelled",
  now: string,
  error?: string,
): S {
  const kept = state.loaded + state.merged;
  const stays =
    kept > 0 && !optionsOf(state).dryRun
      ? ` What was loaded before stays: ${kept} of ${state.rows} rows read.`
      : " Nothing was loaded.";
  const said = status === "failed" && error ? `${error}${stays}` : error;
  return {
    ...state,
    status,
    stage: status === "done" ? "done" : state.stage,
    endedAt: now,
    ...(said ? { error: said } : {}),
  };
}

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
