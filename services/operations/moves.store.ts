import { collection, type Stored } from "../../mixins/documents/collection.ts";
import type { Store } from "../../mixins/documents/store.ts";
import type { Move } from "./move.contract.ts";

export interface MoveDocument extends Omit<Move, "version">, Stored {
  /** Of a backup: where its plan lies. */
  plan?: string;
  /** The node that runs it. */
  runner: string;
  /** There is one: whoever runs has it. */
  slot?: "running";
}

/** The house's own record of its moves: the next house has its own. */
export const moves = collection<MoveDocument>({
  name: "moves",
  indexes: { slot: { unique: true }, status: {}, kind: {} },
  stays: true,
});

/** Writes over whatever version there is: only who runs a move writes it. */
export async function rewrite(
  store: Store<MoveDocument>,
  id: string,
  change: Partial<MoveDocument>,
): Promise<MoveDocument | undefined> {
  const doc = await store.get(id);
  return doc && store.replace({ ...doc, ...change });
}

/** Over, one way or the other: the next may begin. */
export async function ended(
  store: Store<MoveDocument>,
  id: string,
  change: Partial<MoveDocument>,
): Promise<void> {
  const doc = await store.get(id);
  if (!doc) return;
  const { slot: _, ...rest } = doc;
  await store.replace({ ...rest, ...change });
}
