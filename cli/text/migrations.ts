/** Migrations in plain text. */
import type { z } from "zod";
import type { Migration } from "../../services/operations/migrations.contract.ts";
import type { Paint } from "../output.ts";
import { type Column, table } from "./table.ts";

type Shown = z.output<typeof Migration>;

const columns: Column<Shown>[] = [
  { title: "actor", of: (m) => m.actor },
  { title: "number", of: (m) => String(m.number), right: true },
  { title: "name", of: (m) => m.name, whole: true },
  { title: "done", of: (m) => m.doneAt?.slice(0, 19).replace("T", " ") ?? "due" },
];

export function migrationTable(items: readonly Shown[], paint: Paint, most?: number): string {
  if (items.length === 0) return "There are no migrations.";
  const isDue = items.some(({ doneAt }) => doneAt === null);
  return table([...items], columns, paint, most) + (isDue ? "\nnext:  npm run migrate" : "");
}
