/** Circuit breakers in plain text. */
import type { z } from "zod";
import type { Breaker } from "../../services/operations/breakers.contract.ts";
import type { Paint } from "../output.ts";
import { type Column, table } from "./table.ts";

type Shown = z.output<typeof Breaker>;

const columns: Column<Shown>[] = [
  { title: "target", of: (b) => b.target, whole: true },
  { title: "state", of: (b) => b.state },
  { title: "asked", of: (b) => String(b.asked), right: true },
  { title: "failed", of: (b) => String(b.failed), right: true },
  { title: "opened", of: (b) => b.openedAt?.slice(0, 19).replace("T", " ") ?? "", spare: true },
  { title: "node", of: (b) => b.node, spare: true },
];

const rank = { open: 0, "half-open": 1, closed: 2 };

export function breakerTable(items: readonly Shown[], paint: Paint, most?: number): string {
  if (items.length === 0) return "Nobody was asked anything yet.";
  const sorted = items.toSorted(
    (a, b) => rank[a.state] - rank[b.state] || (a.target < b.target ? -1 : 1),
  );
  const isOpen = items.some(({ state }) => state !== "closed");
  return table(sorted, columns, paint, most) + (isOpen ? "\nnext:  bijou breakers reset" : "");
}
