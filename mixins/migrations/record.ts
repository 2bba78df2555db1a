/** What was migrated, as it is kept: in a collection beside the documents. */
import { isProblem } from "../../services/shared/problem.ts";
import { collection, type Stored } from "../documents/collection.ts";
import { Duplicate } from "../documents/failures.ts";
import type { Store } from "../documents/store.ts";
import type { LeaseDocument } from "./lease.ts";

/** A migration that was done, at `createdAt`. */
export interface DoneDocument extends Stored {
  actor: string;
  number: number;
  name: string;
  ms: number;
}
export type KeptDocument = DoneDocument | LeaseDocument;

export const kept = collection<KeptDocument>({ name: "migrations", indexes: { actor: {} } });

export async function doneOf(store: Store<KeptDocument>, actor: string): Promise<DoneDocument[]> {
  const found: DoneDocument[] = [];
  for await (const batch of store.each({ actor })) {
    for (const one of batch) if ("number" in one) found.push(one);
  }
  return found;
}

type Done = Pick<DoneDocument, "actor" | "number" | "name" | "ms">;

/** A node whose lease had run out may have done it too. */
export async function keep(store: Store<KeptDocument>, done: Done): Promise<void> {
  const id = `${done.actor}/${done.number}`;
  try {
    await (store as unknown as Store<DoneDocument>).insert({ id, ...done });
  } catch (error) {
    if (!isProblem(error, Duplicate)) throw error;
  }
}
