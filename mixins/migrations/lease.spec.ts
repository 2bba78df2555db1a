import { setTimeout } from "node:timers/promises";
import { Conflict } from "../documents/failures.ts";
import type { Store } from "../documents/store.ts";
import { Lease, type LeaseDocument } from "./lease.ts";

/** One document in memory, whose writes take their time. */
function slowShelf(writeMs: number) {
  let kept: LeaseDocument | undefined;
  const write = async (doc: LeaseDocument, before: number) => {
    await setTimeout(writeMs);
    if ((kept?.version ?? 0) !== before) throw Conflict({ collection: "migrations", id: doc.id });
    kept = { ...doc, version: before + 1 };
    return kept;
  };
  const store = {
    get: async () => kept,
    insert: (doc: LeaseDocument) => write(doc, 0),
    replace: (doc: LeaseDocument) => write(doc, doc.version),
    remove: async () => {
      kept = undefined;
    },
    take: () => {
      if (kept) kept = { ...kept, by: "other", version: kept.version + 1 };
    },
  };
  return store as typeof store & Store<LeaseDocument>;
}
const mine = (store: Store<LeaseDocument>) =>
  Lease.take(store, { actor: "notes", by: "a", leaseMs: 60, alone: false }) as Promise<Lease>;

test("is confirmed while its own renewal is under way", async () => {
  const lease = await mine(slowShelf(15));

  // The renewal by time begins after 20 ms, each of these takes 15.
  for (let i = 0; i < 10; i++) {
    await setTimeout(3);
    await expect(lease.confirm()).resolves.toBeUndefined();
  }

  await lease.release();
});

test("is not confirmed once somebody else took it", async () => {
  const store = slowShelf(1);
  const lease = await mine(store);

  store.take();

  await expect(lease.confirm()).rejects.toMatchObject({ type: Conflict.type });
  await lease.release();
});
