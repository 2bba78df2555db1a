/** Documents in the Redis of REDIS_STORE_URL (or REDIS_URL), under a prefix of this run's own. */
import { randomUUID } from "node:crypto";
import { collection, type Stored } from "../../mixins/documents/collection.ts";
import { Duplicate } from "../../mixins/documents/failures.ts";
import { RedisEngine } from "../../mixins/documents/redis/engine.ts";
import { mustBeDurable } from "../../mixins/redis/durable.ts";
import { newId } from "../../services/shared/ids.ts";
import { documentsContract } from "../documents/contract.ts";
import { urlOf } from "./engine-urls.ts";
import { connected, wiped } from "./redis-kit.ts";

const url = process.env.REDIS_STORE_URL ?? urlOf("REDIS_URL", "a Redis").href;
const house = `bijou-test-${randomUUID().slice(0, 8)}`;
const client = await connected(url);
const warnings: string[] = [];
const settings = {
  ...{ client, house, slowMs: 60_000 },
  ready: () => mustBeDurable(client),
  warn: (text: string) => warnings.push(text),
};
const emptied = () => wiped(client, `{${house}:*`);
afterAll(async () => {
  await emptied();
  client.disconnect();
});

documentsContract("Redis", { make: (of) => new RedisEngine(of, settings), wipe: emptied });

interface Tape extends Stored {
  ids: string[];
  year?: number | undefined;
  note?: string | undefined;
  empty?: object;
}
const tapes = collection<Tape>({
  name: "tapes",
  indexes: { ids: { unique: true }, year: { sorts: true }, note: { sorts: true } },
});
const tape = (ids: string[], more: Partial<Tape> = {}): Tape => ({
  id: newId(),
  ...{ version: 1, createdAt: "t", updatedAt: "t", ids },
  ...more,
});
const sortedBy = (field: string, descending = false) => ({ field, descending });

describe("an engine on Redis", () => {
  const engine = new RedisEngine(tapes, settings);
  beforeEach(async () => {
    await emptied();
    await engine.open();
  });

  test("leaves no trace of what was removed", async () => {
    const before = (await client.keys(`{${house}:*`)).toSorted();
    const made = tape(["a", "b"], { year: 1961, note: "n" });
    const message = {
      channel: "c",
      message: { id: "m", key: "k", time: "2026-01-01T00:00:00.000Z", correlation: "c", data: {} },
    };
    await engine.insert([{ ...made, outbox: [message] }]);
    await engine.replace({ ...made, version: 2, ids: ["c"], outbox: [message, message] }, 1);
    await engine.remove(made.id, 2);

    expect((await client.keys(`{${house}:*`)).toSorted()).toEqual(before);
  });

  test("keeps numbers, empty lists and objects as they are", async () => {
    const made = tape([], { year: 0.1 + 0.2, empty: {}, note: "\u0000é😀" });
    await engine.insert([made]);

    expect((await engine.byIds([made.id]))[0]).toStrictEqual(made);
    expect(
      await engine.page({ where: { note: "\u0000é😀" }, sort: sortedBy("id"), limit: 5 }),
    ).toEqual([made]);
  });

  test("finds the same by an index that selects and along one that sorts", async () => {
    const docs = Array.from({ length: 300 }, (_, i) =>
      tape([`i${i}`], { year: 1900 + (i % 50), ...(i % 7 ? { note: `n${i % 3}` } : {}) }),
    );
    await engine.insert(docs);
    const wanted = docs.filter(
      ({ year = 0, note }) => year >= 1910 && year < 1930 && note === "n1",
    );

    for (const field of ["id", "year", "note"]) {
      for (const descending of [false, true]) {
        const seen: string[] = [];
        for (let after: { value?: string; id: string } | undefined; ; ) {
          const found = await engine.page({
            where: { year: { gte: 1910, lt: 1930 }, note: "n1" },
            sort: sortedBy(field, descending),
            limit: 7,
            ...(after ? { after } : {}),
          });
          seen.push(...found.map(({ id }) => id));
          const last = found.at(-1);
          if (!last) break;
          after = { value: Reflect.get(last, field), id: last.id };
        }
        expect(seen.toSorted()).toEqual(wanted.map(({ id }) => id).toSorted());
      }
    }
    const unindexed = await engine.page({
      where: { version: 1 },
      sort: sortedBy("year", true),
      limit: 300,
    });
    expect(unindexed.map(({ year }) => year)).toEqual(
      docs.map(({ year }) => year).toSorted((a = 0, b = 0) => b - a),
    );
  });

  test("gives a unique value to one of many that want it, in one document or in many", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        engine.insert(i % 2 ? [tape(["x"])] : [tape([`a${i}`]), tape(["x"])]),
      ),
    );

    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const all = await engine.page({ where: {}, sort: sortedBy("id"), limit: 50 });
    expect(all.flatMap(({ ids }) => ids).filter((id) => id === "x")).toHaveLength(1);
    await expect(engine.insert([tape(["y"]), tape(["y"])])).rejects.toMatchObject({
      type: Duplicate.type,
      data: { collection: "tapes", field: "ids", value: "y" },
    });
  });

  test("writes the indexes of what is there anew when a store declares others", async () => {
    const of = (indexes: object) => collection<Tape>({ name: "reels", indexes: { ...indexes } });
    const before = new RedisEngine(of({}), settings);
    await before.open();
    await before.insert([tape(["a"], { year: 2 }), tape(["b"], { year: 1 })]);

    const after = new RedisEngine(of({ ids: { unique: true }, year: { sorts: true } }), settings);
    await after.open();

    const page = await after.page({ where: {}, sort: sortedBy("year"), limit: 5 });
    expect(page.map(({ year }) => year)).toEqual([1, 2]);
    await expect(after.insert([tape(["b"])])).rejects.toMatchObject({ type: Duplicate.type });
  });
});
