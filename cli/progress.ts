/** What a live view shows, from numbers: pure. */
import type { Import } from "../services/imports/import.contract.ts";

/** One picture of a running import or upload; a view draws it, a log line says it. */
export interface Picture {
  title: string;
  subtitle: string;
  stage: string;
  /** 0 to 1, or null where the end is not known. */
  fraction: number | null;
  facts: string[];
  counts: [label: string, value: string][];
  notice: string | null;
}

export interface Sample {
  /** Milliseconds. */
  at: number;
  /** Bytes. */
  done: number;
}

const grouped = new Intl.NumberFormat("en");
export const count = (n: number): string => grouped.format(Math.round(n));

/** Bytes in units of 1,000: `1.5 MB`. */
export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = n < 1 ? 0 : Math.min(Math.floor(Math.log10(n) / 3), units.length - 1);
  const value = n / 1000 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** Seconds as people say them: `45 s`, `3 min 05 s`, `2 h 10 min`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  const two = (n: number) => String(n).padStart(2, "0");
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
}

/** Bytes a second over the samples kept, null before there is anything to go by. */
export function speed(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.at - first.at < 900 || last.done <= first.done) return null;
  return ((last.done - first.done) / (last.at - first.at)) * 1000;
}

/** Appends a sample and forgets those older than twenty seconds: the rate is that of now. */
export function sampled(samples: readonly Sample[], next: Sample): Sample[] {
  return [...samples.filter((s) => next.at - s.at <= 20_000 && s.done <= next.done), next];
}

/** Seconds until `total`, null where unknown. */
export function secondsLeft(samples: readonly Sample[], total: number | null): number | null {
  const rate = speed(samples);
  const done = samples.at(-1)?.done ?? 0;
  return rate === null || total === null ? null : Math.max(0, (total - done) / rate);
}

const left = (seconds: number | null) => (seconds === null ? [] : [`${duration(seconds)} left`]);

export function uploadPicture(
  name: string,
  place: string,
  samples: readonly Sample[],
  total: number | null,
): Picture {
  const done = samples.at(-1)?.done ?? 0;
  const rate = speed(samples);
  return {
    title: "upload",
    subtitle: `${name}${place}`,
    stage: "send",
    fraction: total === null ? null : Math.min(1, done / total),
    facts: [
      total === null ? bytes(done) : `${bytes(done)} of ${bytes(total)}`,
      ...(rate === null ? [] : [`${bytes(rate)}/s`]),
      ...left(secondsLeft(samples, total)),
    ],
    counts: [],
    notice: null,
  };
}

/** Sentences for the stages in which there is no bar to look at. */
const notices: Partial<Record<Import["stage"], string>> = {
  waiting: "Waiting for the import before it to end.",
  index: "All films are stored; the search index is catching up.",
};

export function importPicture(value: Import, samples: readonly Sample[]): Picture {
  const { bytesRead, bytesTotal, rowsPerSecond, rows } = value;
  const reading = value.stage === "extract" || value.stage === "load";
  return {
    title: value.source,
    subtitle: value.files.map((file) => file.name).join(", "),
    stage: value.stage,
    fraction: bytesTotal ? Math.min(1, bytesRead / bytesTotal) : null,
    facts: [
      `${count(rows)} rows`,
      ...(rowsPerSecond > 0 ? [`${count(rowsPerSecond)} rows/s`] : []),
      ...(bytesTotal ? [] : bytesRead > 0 ? [bytes(bytesRead)] : []),
      ...(reading ? left(secondsLeft(samples, bytesTotal)) : []),
      ...(value.options.dryRun ? ["dry run: nothing changes"] : []),
    ],
    counts: [
      ["loaded", count(value.loaded)],
      ["merged", count(value.merged)],
      ["unchanged", count(value.unchanged)],
      ["rejected", count(value.rejected)],
    ],
    notice: notices[value.stage] ?? null,
  };
}
