/** What every document engine must do for a store. Run over each engine. */
import { type Collection, collection, type Stored } from "../../mixins/documents/collection.ts";
import type { Engine } from "../../mixins/documents/engine.ts";
import { Conflict, CursorRefused, Duplicate } from "../../mixins/documents/failures.ts";
import { Outbox } from "../../mixins/documents/outbox.ts";
import { Store } from "../../mixins/documents/store.ts";
import { newId } from "../../services/shared/ids.ts";
import type { ProblemKind } from "../../services/shared/problem.ts";

interface Book extends Stored {
  title: string;
  year?: number;
  isbn?: string;
  shelf?: string;
  authors: { name: string; person: string }[];
}

const books: Collection<Book> = collection<Book>({
  name: "books",
  indexes: {
    title: { sorts: true },
    year: { sorts: true },
    isbn: { unique: true },
    "authors.person": {},
  },
});

export interface EngineUnderTest {
  /** An engine over the same data each time. */
  make(of: Collection<Book>): Engine<Book>;
  wipe(): Promise<void>;
}

const failing = (promise: Promise<unknown>, kind: ProblemKind) =>
  expect(promise).rejects.toMatchObject({ type: kind.type });

const outgoing = (id = newId()) => ({
  channel: "books.changed.v1",
  message: { id, key: "k", time: "2026-01-01T00:00:00.000Z", correlation: "c", data: {} },
});

export function documentsContract(name: string, under: EngineUnderTest): void {
  describe(`documents on ${name}`, () => {
    let engine: Engine<Book>;
    let store: Store<Book>;
    const told: Book[] = [];
    const sentBefore: unknown[] = [];

    const reopen = async () => {
      await engine?.close();
      engine = under.make(books);
      await engine.open();
      store = new Store(books, engine, {
        written: (docs) => told.push(...docs),
        send: async (one) => void sentBefore.push(one),
      });
    };
    /** What a channel that takes everything is sent at the start. */
    const sentAll = async () => {
      const sent: unknown[] = [];
      const outbox = new Outbox({
        engine,
        send: async (out) => void sent.push(out),
        failed: (error) => {
          throw error;
        },
      });
      await outbox.start();
      await outbox.stop();
      return sent;
    };
    const book = (title: string, more: Partial<Book> = {}) =>
      store.insert({ id: newId(), title, authors: [], ...more });

    beforeEach(async () => {
      await under.wipe();
      told.length = 0;
      sentBefore.length = 0;
      await reopen();
    });
    afterEach(() => engine.close());

    test("keeps a document over a restart, at version 1, with its times", async () => {
      const made = await book("Solaris", { year: 1961 });

      await reopen();

      expect(await store.get(made.id)).toEqual(made);
      expect(made).toMatchObject({ version: 1, title: "Solaris", year: 1961 });
      expect(made.createdAt).toBe(made.updatedAt);
    });

    test("keeps any text as it is, over a restart", async () => {
      const title = 'a\u2028b\u2029c\u0085d\r\n\t\u001fe"\\n\ufeff🎬 é';
      const { id } = await book(title, { isbn: title, shelf: title });

      await reopen();

      expect(await store.get(id)).toMatchObject({ title, isbn: title, shelf: title });
      expect((await store.find({ where: { isbn: title }, limit: 2 })).items).toHaveLength(1);
    });

    test("answers undefined for an unknown id, and leaves unknown ids out", async () => {
      const made = await book("Solaris");

      expect(await store.get("nobody")).toBeUndefined();
      expect(await store.many(["nobody", made.id])).toEqual([made]);
    });

    test("keeps what was written, whatever its writer and its readers do with it", async () => {
      const made = await book("Solaris", { authors: [{ name: "Lem", person: "p1" }] });
      const read = (await store.get(made.id)) as Book;

      made.authors.push({ name: "Writer", person: "p0" });
      read.title = "Reader";
      try {
        read.authors.push({ name: "Reader", person: "p0" });
      } catch {
        // an engine may refuse it at once
      }

      expect(await store.get(made.id)).toMatchObject({
        title: "Solaris",
        authors: [{ name: "Lem" }],
      });
      expect((await store.get(made.id))?.authors).toHaveLength(1);
    });

    test("writes over the version that was read, and refuses an older one", async () => {
      const made = await book("Solaris");
      const second = await store.replace({ ...made, title: "Solaris 2" });

      const late = store.replace({ ...made, title: "Late" });

      await failing(late, Conflict);
      expect(second.version).toBe(2);
      expect(await store.get(made.id)).toMatchObject({ title: "Solaris 2", version: 2 });
    });

    test("lets one of many writers of a version win", async () => {
      const made = await book("Solaris");

      const all = await Promise.allSettled(
        Array.from({ length: 20 }, (_, i) => store.replace({ ...made, title: `by ${i}` })),
      );

      expect(all.filter((r) => r.status === "fulfilled")).toHaveLength(1);
      expect((await store.get(made.id))?.version).toBe(2);
    });

    test("refuses a taken unique value and names it, on insert and on replace", async () => {
      await book("Solaris", { isbn: "1" });
      const other = await book("Eden", { isbn: "2" });

      await failing(book("Copy", { isbn: "1" }), Duplicate);
      await failing(store.replace({ ...other, isbn: "1" }), Duplicate);

      expect(await store.get(other.id)).toEqual(other);
      expect((await store.find({ where: { title: "Copy" }, limit: 1 })).items).toEqual([]);
    });

    test("counts absent unique values as free", async () => {
      await book("A");
      await book("B");

      expect((await store.find({ limit: 5 })).items).toHaveLength(2);
    });

    test("inserts many or none", async () => {
      await book("Solaris", { isbn: "1" });
      const draft = (isbn: string) => ({
        draft: { id: newId(), title: "Many", authors: [], isbn },
      });

      await failing(store.insertMany([draft("2"), draft("1")]), Duplicate);
      expect((await store.find({ where: { title: "Many" }, limit: 5 })).items).toEqual([]);

      await store.insertMany([draft("2"), draft("3")]);
      expect((await store.find({ where: { title: "Many" }, limit: 5 })).items).toHaveLength(2);
    });

    test("refuses a field name that engines reserve, and keeps nothing of the write", async () => {
      const bad = { "a.b": 1 } as unknown as Partial<Book>;

      await expect(book("Bad", bad)).rejects.toThrow('field "a.b"');
      expect((await store.find({ where: { title: "Bad" }, limit: 1 })).items).toEqual([]);
    });

    test("removes at the version that was read", async () => {
      const made = await book("Solaris", { isbn: "1" });
      const second = await store.replace(made);

      await failing(store.remove(made), Conflict);
      await store.remove(second);
      await reopen();

      expect(await store.get(made.id)).toBeUndefined();
      await book("Again", { isbn: "1" });
    });

    test("holds an idempotency key once", async () => {
      const made = await store.insert({ id: newId(), title: "A", authors: [] }, { claim: "k1" });

      await failing(
        store.insert({ id: newId(), title: "B", authors: [] }, { claim: "k1" }),
        Duplicate,
      );

      expect(await store.claimed("k1")).toEqual(made);
    });

    test("finds by equality, by one of several, by range and inside arrays", async () => {
      await book("A", { year: 1950, authors: [{ name: "x", person: "p1" }] });
      await book("B", { year: 1960, authors: [{ name: "y", person: "p2" }] });
      await book("C", { year: 1970, shelf: "s" });
      const titles = async (where: object) =>
        (await store.find({ where: where as never, sort: "title", limit: 10 })).items.map(
          (b) => b.title,
        );

      expect(await titles({ title: "B" })).toEqual(["B"]);
      expect(await titles({ title: { in: ["C", "A"] } })).toEqual(["A", "C"]);
      expect(await titles({ year: { gte: 1960, lt: 1970 } })).toEqual(["B"]);
      expect(await titles({ "authors.person": "p2" })).toEqual(["B"]);
      expect(await titles({ "authors.person": { in: ["p1", "p2"] }, year: { gt: 1950 } })).toEqual([
        "B",
      ]);
      expect(await titles({ shelf: "s" })).toEqual(["C"]);
      expect(await titles({ shelf: undefined, title: "A" })).toEqual(["A"]);
    });

    test.each(["id", "-id", "year", "-year", "title", "-title"])(
      "pages through everything once, sorted by %s, though values tie or are absent",
      async (sort) => {
        const years = [1950, 1960, 1960, 1960, undefined, undefined, 1970];
        for (const [i, year] of years.entries()) {
          await book(`T${i % 3}`, year === undefined ? {} : { year });
        }
        const all = (await store.find({ sort, limit: 100 })).items.map((b) => b.id);

        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await store.find({ sort, limit: 2, after });
          seen.push(...page.items.map((b) => b.id));
          after = page.next ?? undefined;
        } while (after);

        expect(seen).toEqual(all);
        expect(new Set(seen).size).toBe(7);
      },
    );

    test("does not miss or repeat what stays while others come and go between pages", async () => {
      const made: Book[] = [];
      for (let i = 0; i < 6; i++) made.push(await book(`T${i}`));
      const first = await store.find({ sort: "title", limit: 3 });

      await book("T0a");
      await store.remove(made[1] as Book);
      const second = await store.find({ sort: "title", limit: 3, after: first.next ?? undefined });

      expect(second.items.map((b) => b.title)).toEqual(["T3", "T4", "T5"]);
    });

    test("refuses a cursor of another list", async () => {
      await book("A");
      await book("B");
      const { next } = await store.find({ sort: "title", limit: 1 });

      await failing(store.find({ sort: "year", limit: 1, after: next ?? "" }), CursorRefused);
      await failing(store.find({ sort: "title", limit: 1, after: "x" }), CursorRefused);
    });

    test("goes through all documents in batches", async () => {
      for (let i = 0; i < 5; i++) await book(`T${i}`);

      const sizes: number[] = [];
      for await (const batch of store.each({}, 2)) sizes.push(batch.length);

      expect(sizes).toEqual([2, 2, 1]);
    });

    test("keeps a message with the change until it is sent, over a restart", async () => {
      const message = outgoing();
      const made = await store.insert(
        { id: newId(), title: "A", authors: [] },
        { tell: [message] },
      );
      expect(told).toEqual([made]);

      await reopen();
      const sent = await sentAll();

      expect(sent).toEqual([message]);
      expect((await store.get(made.id))?.outbox).toBeUndefined();
      expect(await engine.pending("9999", 10)).toEqual([]);
    });

    test("tells first what a document that is removed still had to tell", async () => {
      const message = outgoing();
      const draft = { id: newId(), title: "A", authors: [] };
      await store.insert(draft, { tell: [message] });
      await reopen();
      const [found] = await store.many([draft.id]);

      await store.remove(found as Book);

      expect(sentBefore).toEqual([message]);
      expect(await store.get(draft.id)).toBeUndefined();
      expect(await sentAll()).toEqual([]);
    });

    test("counts and sends a message that is dated ahead of the clock, which was set back", async () => {
      const ahead = outgoing();
      ahead.message.time = "2999-01-01T00:00:00.000Z";
      const made = await store.insert({ id: newId(), title: "A", authors: [] }, { tell: [ahead] });
      const untold = await store.untold(10);
      const sent = await sentAll();

      expect([untold, sent]).toEqual([1, [ahead]]);
      expect((await store.get(made.id))?.outbox).toBeUndefined();
      expect(await store.untold(10)).toBe(0);
    });

    test("leaves messages in their documents while the channel is silent", async () => {
      const message = outgoing();
      const made = await store.insert(
        { id: newId(), title: "A", authors: [] },
        { tell: [message] },
      );
      const failures: unknown[] = [];
      const outbox = new Outbox({
        engine,
        send: () => Promise.reject(new Error("silent")),
        failed: (error) => void failures.push(error),
      });

      await outbox.start();
      await outbox.stop();

      expect(failures).toHaveLength(1);
      expect((await store.get(made.id))?.outbox).toEqual([message]);
    });

    test("clears only what was sent: a message written meanwhile stays", async () => {
      const [first, second] = [outgoing(), outgoing()];
      const made = await store.insert({ id: newId(), title: "A", authors: [] }, { tell: [first] });
      await store.replace(made, { tell: [second] });

      await engine.clear(new Map([[made.id, [first.message.id]]]));

      expect((await store.get(made.id))?.outbox).toEqual([second]);
    });
  });
}
