/** How an import moves on: what each step makes of what is kept of it. Pure. */
import type { z } from "zod";
import type { Absorbed } from "../catalog/absorb.contract.ts";
import { nothingFound, summed } from "./import-findings.ts";
import {
  findingsOf,
  type ImportState,
  type Outcomes,
  optionsOf,
  type Step,
} from "./import-state.ts";
import type { start } from "./imports.contract.ts";

export type Asked = z.output<typeof start.params>;

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

/** Another import like a scheduled one; its files are read from their addresses again. */
export function repeated(id: string, like: ImportState): ImportState {
  const files = like.files.map(({ name, url }) => ({ name, url }));
  return {
    ...queued(id, { source: like.source, files, options: optionsOf(like) }),
    repeats: like.id,
  };
}

/**
 * Under way, from its checkpoint; a rehearsal, which left nothing behind, from the beginning.
 *
 * @param isLost what it had rejected is not at hand: from the beginning too, where the rows that
 *   are stored already will be found unchanged
 */
export function begun<S extends ImportState>(state: S, now: string, isLost = false): S {
  const anew = { ...beginning, quality: JSON.stringify(nothingFound()) };
  return {
    ...state,
    ...(optionsOf(state).dryRun || isLost ? anew : {}),
    status: "running",
    stage: "extract",
    startedAt: state.startedAt ?? now,
  };
}

/** Given up before its turn came. */
export const cancelled = <S extends ImportState>(state: S, now: string): S =>
  unscheduled({ ...state, status: "cancelled", endedAt: now });

/** Run no more by the clock. */
export function unscheduled<S extends ImportState>({ schedule: _, scheduled: __, ...rest }: S): S {
  return rest as unknown as S;
}

/** In the queue again, to go on from its checkpoint. */
export function requeued<S extends ImportState>({ endedAt: _, error: __, ...rest }: S): S {
  return { ...(rest as unknown as S), status: "queued", stage: "waiting" };
}

/** What became of rows, counted. */
export function tallied(
  results: readonly Pick<z.output<typeof Absorbed>, "outcome" | "near">[],
): Outcomes {
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
