/** A document as it is first written, and what may go with a write. */
import { clock } from "../../services/shared/clock.ts";
import type { Outgoing, Stored } from "./collection.ts";

/** What goes with a write. */
export interface Writing {
  /** Messages that tell of the change: sent once it is written, even after a crash. */
  tell?: readonly Outgoing[];
  /** Idempotency key whose effect this write is: a second write with it is a Duplicate. */
  claim?: string | undefined;
}

export type Draft<D extends Stored> = Omit<D, "version" | "createdAt" | "updatedAt">;

/** The first version of a document. */
export function born<D extends Stored>(draft: Draft<D>, { tell = [], claim }: Writing): D {
  const now = clock.iso();
  return {
    ...draft,
    version: 1,
    createdAt: now,
    updatedAt: now,
    ...(tell.length > 0 ? { outbox: [...tell] } : {}),
    ...(claim ? { claims: [claim] } : {}),
  } as D;
}
