/** Nodes, actors and dead letters in plain text. */
import type { z } from "zod";
import type { list } from "../../services/operations/deadletters.contract.ts";
import type { nodes, services } from "../../services/operations/registry.contract.ts";
import { type Paint, printable } from "../output.ts";
import { duration } from "../progress.ts";
import { type Column, table } from "./table.ts";

type Node = z.output<typeof nodes.result>["items"][number];
type Service = z.output<typeof services.result>["items"][number];
type Letter = z.output<typeof list.result>["items"][number];

const nodeColumns: Column<Node>[] = [
  { title: "node", of: (n) => n.id },
  { title: "state", of: (n) => (n.available ? "there" : "away") },
  { title: "cpu", of: (n) => (n.cpu === null ? "" : `${Math.round(n.cpu)} %`), right: true },
  { title: "up", of: (n) => (n.uptimeSeconds === null ? "" : duration(n.uptimeSeconds)) },
  { title: "host", of: (n) => n.hostname, spare: true },
  { title: "services", of: (n) => n.services.join(", "), spare: true },
];

export const nodeTable = (items: Node[], paint: Paint, most?: number): string =>
  table(items, nodeColumns, paint, most);

/** Every actor with its nodes and actions; what the call route refuses is dim. */
export const serviceText = (items: Service[], paint: Paint): string =>
  items
    .map(({ name, nodes: on, actions }) =>
      [
        `${paint("bold", name)} ${paint("dim", `on ${on.join(", ")}`)}`,
        ...actions.map((a) => {
          const line = `  ${a.name.padEnd(24)} ${printable(a.summary)}`;
          return a.callable ? line : paint("dim", `${line} (inside the house only)`);
        }),
      ].join("\n"),
    )
    .join("\n");

const letterColumns: Column<Letter>[] = [
  { title: "id", of: (l) => l.id, whole: true },
  { title: "channel", of: (l) => l.channel },
  { title: "group", of: (l) => l.group, spare: true },
  { title: "tries", of: (l) => String(l.attempts), right: true, spare: true },
  { title: "last", of: (l) => l.lastAt.slice(0, 19).replace("T", " "), spare: true },
  { title: "error", of: (l) => l.error.message },
];

export const letterTable = (items: Letter[], paint: Paint, most?: number): string =>
  items.length > 0
    ? `${table(items, letterColumns, paint, most)}\nnext:  bijou deadletters redrive <id…>`
    : "There are no dead letters.";
