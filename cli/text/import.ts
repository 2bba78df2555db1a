/** An import in plain text: the report, and the list. */
import type { Import } from "../../services/imports/import.contract.ts";
import { type Paint, printable } from "../output.ts";
import { count, duration } from "../progress.ts";
import { type Column, table } from "./table.ts";

const styles = {
  done: "green",
  failed: "red",
  cancelled: "yellow",
  running: "cyan",
  queued: "dim",
} as const;

const seconds = (from: string, to: string) => (Date.parse(to) - Date.parse(from)) / 1000;

/** How long it ran, null before it began. */
const took = ({ startedAt, endedAt, updatedAt }: Import): number | null =>
  startedAt ? seconds(startedAt, endedAt ?? updatedAt) : null;

function heading(value: Import, paint: Paint): string {
  const ran = took(value);
  const state = value.status === "running" ? `running, stage ${value.stage}` : value.status;
  return [
    `${paint("bold", `Import of ${value.source}`)}: `,
    paint(styles[value.status], state),
    ran === null ? "" : value.endedAt ? ` in ${duration(ran)}` : ` for ${duration(ran)}`,
    value.options.dryRun ? " (dry run: nothing was changed)" : "",
  ].join("");
}

/** "a 5 · b 3", the most frequent first, at most eight. */
function frequent(counts: Record<string, number>): string {
  const all = Object.entries(counts)
    .filter(([, n]) => n > 0)
    .toSorted(([, a], [, b]) => b - a);
  const shown = all.slice(0, 8).map(([name, n]) => `${name} ${count(n)}`);
  return [...shown, ...(all.length > 8 ? [`${all.length - 8} more`] : [])].join(" · ");
}

function quality({ quality: q }: Import): string[] {
  const lines: [string, string][] = [
    ["empty fields", frequent(q.nulls)],
    ["normalised", frequent(q.normalised)],
    ["unknown genres", frequent(q.unknownGenres)],
    ["duplicates", q.duplicates ? count(q.duplicates) : ""],
    ["near matches", q.near ? `${count(q.near)} kept apart` : ""],
    ["orphans", q.orphans ? `${count(q.orphans)} references to nothing` : ""],
  ];
  return lines.flatMap(([label, said]) => (said ? [`  ${label.padEnd(15)} ${said}`] : []));
}

/** What one can do with it now. */
export function nextSteps({ id, status, rejected, error }: Import): string[] {
  const steps: string[] = [];
  if (rejected > 0) steps.push(`bijou imports rejects ${id}`);
  if (status === "failed" && error && !/\bresume\b/.test(error)) {
    // It would fail again: what is wrong is the file or its address.
    steps.push("bijou imports run <source> <files>, once that is mended");
  } else if (status === "failed" || status === "cancelled") {
    steps.push(`bijou imports resume ${id}`);
  }
  if (status === "running" || status === "queued") {
    steps.push(`bijou imports show ${id} --watch`, `bijou imports cancel ${id}`);
  }
  return steps;
}

export function importReport(value: Import, paint: Paint): string {
  const counts = (["rows", "loaded", "merged", "unchanged", "rejected"] as const).map(
    (name) => `  ${name.padEnd(15)} ${count(value[name])}`,
  );
  const details = quality(value);
  const files = value.files.map((file) => file.url ?? file.name).join(", ");
  return [
    heading(value, paint),
    ...(value.error ? [paint("red", `  ${printable(value.error)}`)] : []),
    `  ${"id".padEnd(15)} ${value.id}`,
    `  ${"from".padEnd(15)} ${printable(files)}`,
    ...(value.schedule ? [`  ${"schedule".padEnd(15)} ${value.schedule}`] : []),
    ...counts,
    ...(details.length > 0 ? [paint("bold", "Quality"), ...details] : []),
    ...nextSteps(value).map((step) => `${paint("cyan", "next:")}  ${step}`),
  ].join("\n");
}

const columns: Column<Import>[] = [
  { title: "id", of: (i) => i.id, whole: true },
  { title: "source", of: (i) => i.source },
  { title: "status", of: (i) => (i.options.dryRun ? `${i.status} (dry)` : i.status) },
  { title: "loaded", of: (i) => count(i.loaded), right: true, spare: true },
  { title: "merged", of: (i) => count(i.merged), right: true, spare: true },
  { title: "unchanged", of: (i) => count(i.unchanged), right: true, spare: true },
  { title: "rejected", of: (i) => count(i.rejected), right: true, spare: true },
  { title: "created", of: (i) => i.createdAt.slice(0, 16).replace("T", " "), spare: true },
];

export const importTable = (items: Import[], paint: Paint, most?: number): string =>
  items.length > 0
    ? table(items, columns, paint, most)
    : "There are no imports.\nnext:  bijou imports run --help";
