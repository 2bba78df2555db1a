/** A backup or restore in plain text. */
import type { Move } from "../../services/operations/move.contract.ts";
import { type Paint, printable } from "../output.ts";
import { bytes, count, type Picture } from "../progress.ts";
import { type Column, table } from "./table.ts";

type Row = Move["collections"][number];

/** Enough to tell one from another by eye; --json has all. */
const shortened = (sum: string | undefined): string => sum?.slice(0, 12) ?? "";

const told: Column<Row>[] = [
  { title: "collection", of: (row) => row.collection },
  { title: "documents", of: (row) => count(row.documents), right: true },
  { title: "checksum", of: (row) => shortened(row.content) },
];
const taken: Column<Row>[] = [
  { title: "in the house", of: (row) => shortened(row.restored) },
  { title: "taken", of: (row) => count(row.inserted ?? 0), right: true },
  { title: "there before", of: (row) => count(row.kept ?? 0), right: true, spare: true },
  { title: "refused", of: (row) => count(row.refused ?? 0), right: true, spare: true },
  { title: "the same", of: (row) => count(row.same ?? 0), right: true },
];

const ends = { done: "green", failed: "red", running: "cyan" } as const;

export function moveReport(move: Move, paint: Paint, most?: number): string {
  const { kind, status, collections, objects, error, notes } = move;
  const columns = kind === "backup" ? told : [...told, ...taken];
  const kept = objects.kept > 0 ? `, ${count(objects.kept)} there before` : "";
  return [
    `${paint("bold", kind === "backup" ? "Backup" : "Restore")}: ${paint(ends[status], status)}`,
    ...(error ? [paint("red", printable(error))] : []),
    ...(collections.length > 0 ? [table(collections, columns, paint, most)] : []),
    `${count(objects.count)} objects, ${bytes(objects.bytes)}${kept}`,
    ...notes.map((note) => `${paint("yellow", "note:")}  ${note}`),
  ].join("\n");
}

const stages: Record<Move["stage"], string> = {
  documents: "actors write their documents",
  objects: "objects",
  check: "the archive is read and its checksums are compared",
  load: "actors take their documents",
  compare: "all is read again and compared",
  index: "the search index is made anew",
  end: "",
};

export const movePicture = ({ kind, stage, done, total, objects }: Move): Picture => ({
  title: kind,
  subtitle: stages[stage],
  stage,
  fraction: total > 0 ? Math.min(1, done / total) : null,
  facts: [
    stage === "check" ? `${bytes(done)} of ${bytes(total)}` : `${count(done)} of ${count(total)}`,
  ],
  counts: objects.count > 0 ? [["objects", count(objects.count)]] : [],
  notice: null,
});
