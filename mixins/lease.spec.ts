import { Conflict, Duplicate } from "./documents/failures.ts";
import { Lease, type LeaseDocument } from "./lease.ts";

/** One document in memory, with versions as a store has them. */
function shelf() {
  let kept: LeaseDocument | undefined;
  let isAway = false;
  let held: Promise<void> | undefined;
  const there = () => {
    if (isAway) throw new Error("away");
  };
  return {
    away: (now: boolean) => {
      isAway = now;
    },
    /** Writes wait from now on, until the answer is called. */
    hang(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      return resolve;
    },
    async get() {
      there();
      return kept;
    },
    async insert(draft: Partial<LeaseDocument>) {
      there();
      if (kept) throw Duplicate({ collection: "leases", field: "id" } as never);
      kept = { ...draft, version: 1 } as LeaseDocument;
      return kept;
    },
    async replace(doc: LeaseDocument) {
      there();
      await held;
      if (kept?.version !== doc.version) throw Conflict({ collection: "leases", id: doc.id });
      kept = { ...doc, version: doc.version + 1 };
      return kept;
    },
  };
}

let time = 0;
const open: Lease[] = [];
afterEach(async () => {
  for (const lease of open.splice(0)) await lease.stop();
  time = 0;
});
function lease(store: ReturnType<typeof shelf>, node: string) {
  const told: string[] = [];
  const made = new Lease({
    store,
    node,
    name: "one",
    lastsMs: 40,
    gained: () => told.push("gained"),
    lost: () => told.push("lost"),
    failed: () => undefined,
    now: () => time,
  });
  open.push(made);
  return { made, told };
}
const steps = (ms = 60) => new Promise((done) => setTimeout(done, ms));

test("one of two has it", async () => {
  const store = shelf();
  const [a, b] = [lease(store, "a"), lease(store, "b")];

  await Promise.all([a.made.start(), b.made.start()]);
  await steps();

  expect([a.made.isMine, b.made.isMine].toSorted()).toEqual([false, true]);
  expect(await b.made.holder()).toBe(a.made.isMine ? "a" : "b");
});

test("is given back, and the other has it soon", async () => {
  const store = shelf();
  const [a, b] = [lease(store, "a"), lease(store, "b")];
  await a.made.start();
  await b.made.start();

  await a.made.stop();
  await steps();

  expect([a.told, b.told]).toEqual([["gained", "lost"], ["gained"]]);
});

test("is taken from a holder that is silent for its whole time, and not before", async () => {
  const store = shelf();
  await store.insert({ id: "one", holder: "dead" });
  const b = lease(store, "b");
  await b.made.start();
  time = 39;
  await steps();
  expect(b.made.isMine).toBe(false);

  time = 41;
  await steps();

  expect(b.made.isMine).toBe(true);
});

test("a node that comes again under its name has it at once", async () => {
  const store = shelf();
  await store.insert({ id: "one", holder: "a" });
  const a = lease(store, "a");

  await a.made.start();

  expect(a.made.isMine).toBe(true);
});

test("is lost while it cannot be renewed, before another may have it", async () => {
  const store = shelf();
  const a = lease(store, "a");
  await a.made.start();

  store.away(true);
  time = 21;
  await steps();

  expect(a.told).toEqual(["gained", "lost"]);
  store.away(false);
});

test("is not its holder's beyond its time, though a renewal hangs and has not failed", async () => {
  const store = shelf();
  const a = lease(store, "a");
  await a.made.start();

  const go = store.hang();
  time = 20;
  await steps();
  const before = a.made.isMine;
  time = 40;
  const after = a.made.isMine;
  await steps();
  const told = [...a.told];
  go();
  await steps();

  expect([before, after, told]).toEqual([true, false, ["gained", "lost"]]);

  expect([a.made.isMine, a.told]).toEqual([true, ["gained", "lost", "gained"]]);
});
