/** What migrations promise, over each engine. */
import { setTimeout } from "node:timers/promises";
import { type Collection, collection, type Stored } from "../../mixins/documents/collection.ts";
import type { Engine } from "../../mixins/documents/engine.ts";
import { Store } from "../../mixins/documents/store.ts";
import type { LeaseDocument } from "../../mixins/migrations/lease.ts";
import type { Migration, Migrations, Opening } from "../../mixins/migrations/migration.ts";
import { Runner, type RunnerSettings } from "../../mixins/migrations/runner.ts";

export interface Note extends Stored {
  text: string;
  words?: number;
}
const notes = collection<Note>({ name: "notes", indexes: {} });

export interface EnginesUnderTest {
  /** Over the same data each time. */
  open<D extends Stored>(of: Collection<D>): Engine<D>;
  wipe(): Promise<void>;
}

/** Counts the words of notes that say nothing of them. */
async function count(open: Opening, stopAfter = Number.POSITIVE_INFINITY): Promise<void> {
  const store = await open(notes);
  let done = 0;
  for await (const batch of store.each({}, 2)) {
    for (const note of batch) {
      if (note.words !== undefined) continue;
      if (done++ === stopAfter) throw new Error("the power is gone");
      await store.replace({ ...note, words: note.text.split(" ").length });
    }
  }
}

export function migrationsContract(name: string, { open, wipe }: EnginesUnderTest): void {
  describe(`migrations on ${name}`, () => {
    const said: string[] = [];
    const ran: string[] = [];
    const node = (by: string, more: Partial<RunnerSettings> = {}) =>
      new Runner({
        ...{ open, by, leaseMs: 2_000, pauseMs: 20, isAlone: () => false },
        say: (line) => said.push(`${by}: ${line}`),
        ...more,
      });
    const all = (...ups: Migration["up"][]): Migrations => ({
      actor: "notes",
      steps: ups.map((up, i) => ({ number: i + 1, name: `step ${i + 1}`, up })),
    });
    const noting = (text: string) => async () => void ran.push(text);
    async function withNotes<T>(task: (store: Store<Note>) => Promise<T>): Promise<T> {
      const engine = open(notes);
      await engine.open();
      try {
        return await task(new Store(notes, engine));
      } finally {
        await engine.close();
      }
    }

    beforeEach(async () => {
      await wipe();
      said.length = 0;
      ran.length = 0;
    });

    test("are run in order and once, and listed with their time", async () => {
      const two = all(noting("one"), noting("two"));

      expect(await node("a").list(two)).toMatchObject([{ doneAt: null }, { doneAt: null }]);
      await node("a").run(two);
      await node("a").run(two);
      await node("a").run(all(...two.steps.map(({ up }) => up), noting("three")));

      expect(ran).toEqual(["one", "two", "three"]);
      expect(await node("a").list(two)).toEqual([
        { actor: "notes", number: 1, name: "step 1", doneAt: expect.stringMatching(/^\d{4}-/) },
        { actor: "notes", number: 2, name: "step 2", doneAt: expect.stringMatching(/^\d{4}-/) },
      ]);
      expect(said[0]).toMatch(/^a: notes: migration 1 \(step 1\): done in \d+ ms\.$/);
    });

    test("are run by one of the nodes that start together; the others wait until it has", async () => {
      let isDone = false;
      const slow = all(async () => {
        ran.push("slow");
        await setTimeout(3_000);
        isDone = true;
      });

      const states = await Promise.all(
        ["a", "b", "c"].map(async (by) => {
          await node(by).run(slow);
          return isDone;
        }),
      );

      expect(ran).toEqual(["slow"]);
      expect(states).toEqual([true, true, true]);
      expect(said.filter((line) => line.includes("another node migrates"))).toHaveLength(2);
    });

    test("change documents of the store, and go on where one broke off", async () => {
      await withNotes((store) =>
        store.insertMany(
          ["one", "one two", "a b c", "x"].map((text, i) => ({ draft: { id: `n${i}`, text } })),
        ),
      );

      await expect(node("a").run(all((o) => count(o, 3)))).rejects.toThrow("the power is gone");
      expect(await node("a").list(all(count))).toMatchObject([{ doneAt: null }]);
      await node("b").run(all((o) => count(o)));

      const found = await withNotes((store) => store.many(["n0", "n1", "n2", "n3"]));
      const words = new Map(found.map((note) => [note.id, note.words]));
      expect([...words].toSorted()).toEqual([
        ["n0", 1],
        ["n1", 2],
        ["n2", 3],
        ["n3", 1],
      ]);
      expect(found.map(({ version }) => version)).toEqual([2, 2, 2, 2]);
    });

    test("are taken over from a node that died in the middle, once its lease is over", async () => {
      await leftBy("dead", 3_000);

      await node("heir").run(all(noting("taken over")));

      expect(ran).toEqual(["taken over"]);
      expect(said[0]).toBe("heir: notes: another node migrates; this one waits.");
    });

    test("are taken over at once where nobody else can be there", async () => {
      await leftBy("dead", 300_000);

      await node("heir", { isAlone: () => true }).run(all(noting("taken over")));

      expect(ran).toEqual(["taken over"]);
    });

    test("with MIGRATE=off, are refused with what to run, and fine when none is due", async () => {
      const one = all(noting("one"));

      await expect(node("a").refuse(one)).rejects.toThrow(
        "Migrations of notes are due: migration 1 (step 1). Run them: npm run migrate",
      );
      await node("a").run(one);

      await node("a").refuse(one);
    });

    test("refuse to start where a newer version has been", async () => {
      await node("a").run(all(noting("one"), noting("two")));

      await expect(node("a").run(all(noting("one")))).rejects.toThrow("written by a newer Bijou");
    });

    /** The lease of a process that was killed. */
    async function leftBy(by: string, ms: number): Promise<void> {
      const leases = collection<LeaseDocument>({ name: "migrations", indexes: { actor: {} } });
      const engine = open(leases);
      await engine.open();
      const until = new Date(Date.now() + ms).toISOString();
      const store = new Store(leases, engine);
      await store.insert({ id: "notes/lease", actor: "notes", by, until });
      await engine.close();
    }
  });
}
