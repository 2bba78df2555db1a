/** In the thread of an import: what becomes of understood rows before they are handed over. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Lot } from "../../mixins/intake/batcher.ts";
import { Shelf } from "../../mixins/intake/shelf.ts";
import type { MatchCard } from "../catalog/absorb.contract.ts";
import { newId } from "../shared/ids.ts";
import { tallied } from "./import.ts";
import { keysOf, placed, rehearseAll, seriesKeys } from "./import-rehearsal.ts";
import type { Understood } from "./import-rows.ts";
import type { Batch, Job } from "./import-state.ts";
import type { Link } from "./imports.adapter.ts";

export type Prepared = (lot: Lot<Understood>) => Promise<Pick<Batch, "rows" | "rehearsed">>;

/** Rows for the films; episodes are told the film of their series, which came before them. */
export const linking =
  (link: Link): Prepared =>
  async ({ rows }) => {
    const keys = rows.flatMap(({ cleaned }) => seriesKeys(cleaned));
    if (keys.length > 0) await link.drained();
    const cards = keys.length > 0 ? await link.ask({ ask: "cards", keys }) : [];
    return { rows: rows.map((understood) => placed(understood, cards)) };
  };

/** Decides about the rows as the films would, and hands over what would become of them. */
export function rehearsal(job: Job, link: Link): Prepared {
  const path = join(job.folder, "rehearsal.sqlite");
  rmSync(path, { force: true });
  const shelf = new Shelf<MatchCard>(path);
  return async ({ rows }) => {
    const cards = await link.ask({ ask: "cards", keys: [...new Set(rows.flatMap(keysOf))] });
    return { rows: [], rehearsed: tallied(rehearseAll(rows, cards, shelf, newId)) };
  };
}
