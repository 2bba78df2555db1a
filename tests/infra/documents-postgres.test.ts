/** Documents in the real PostgreSQL of POSTGRES_URL, in a schema of the tests' own. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { type Collection, collection, type Stored } from "../../mixins/documents/collection.ts";
import { PostgresEngine } from "../../mixins/documents/postgres/engine.ts";
import { pageStatement } from "../../mixins/documents/postgres/page.ts";
import { Server } from "../../mixins/documents/postgres/server.ts";
import { tablesOf } from "../../mixins/documents/postgres/sql.ts";
import { newId } from "../../services/shared/ids.ts";
import { documentsContract } from "../documents/contract.ts";
import { urlOf } from "./engine-urls.ts";

const url = urlOf("POSTGRES_URL", "a PostgreSQL").href;
const schema = `test_${randomBytes(6).toString("hex")}`;
const warnings: string[] = [];
const makeServer = () => new Server({ url, connections: 5, slowMs: 10_000 });
const server = makeServer();

const direct = new pg.Client(url);
beforeAll(() => direct.connect());
const wipe = async () => void (await direct.query(`drop schema if exists ${schema} cascade`));
afterAll(async () => {
  await wipe();
  await direct.end();
});

/** @param over a pool of its own, as another process has one */
const make = <D extends Stored>(of: Collection<D>, over = server) =>
  new PostgresEngine(of, { server: over, schema, warn: (text) => warnings.push(text) });

documentsContract("PostgreSQL", { make, wipe });

interface Film extends Stored {
  ids?: string[];
  people?: string[];
  year?: number;
}
const films = collection<Film>({
  name: "films",
  indexes: { ids: { unique: true }, people: {}, year: { sorts: true } },
});
const film = (more: Partial<Film> = {}): Film => ({
  ...{ id: newId(), version: 1, createdAt: "t", updatedAt: "t" },
  ...more,
});

describe("documents on PostgreSQL, of several nodes", () => {
  const open: PostgresEngine<Film>[] = [];
  const node = async (of = films) => {
    const engine = make(of, makeServer());
    open.push(engine);
    await engine.open();
    return engine;
  };
  beforeEach(wipe);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((engine) => engine.close()));
  });

  test("make tables and indexes once, though all start at the same time", async () => {
    await Promise.all(Array.from({ length: 6 }, () => node()));

    const { rows } = await direct.query(
      "select indexdef from pg_indexes where schemaname = $1 and tablename = 'films'",
      [schema],
    );
    expect(rows).toHaveLength(3);
  });

  test("move the messages that once lay in the rows of the documents", async () => {
    const message = { channel: "films.changed", message: { id: "m", time: "2026-01-01" } };
    const told = film({ outbox: [message] as never });
    const engine = await node();
    await engine.insert([told, film()]);
    await direct.query(`alter table ${schema}.films add column outbox jsonb`);
    await direct.query(
      `update ${schema}.films set outbox = messages from ${schema}.films_outbox told where told.id = films.id`,
    );
    await direct.query(`drop table ${schema}.films_outbox`);

    await Promise.all(Array.from({ length: 3 }, () => node()));

    expect(await (await node()).pending("2027", 9)).toEqual([told]);
    expect(await engine.byIds([told.id])).toEqual([told]);
  });

  test("let one of two writers have a unique value, also one among others in a list", async () => {
    const [one, other] = [await node(), await node()];

    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? one : other).insert([film({ ids: [`own${i}`, "tt1"] })]),
      ),
    );

    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of all) {
      if (result.status === "fulfilled") continue;
      expect(result.reason).toMatchObject({
        type: "DOCUMENT_DUPLICATE",
        data: { collection: "films", field: "ids", value: "tt1" },
      });
    }
  });

  test("let one of two writers of a version win", async () => {
    const [one, other] = [await node(), await node()];
    const made = film();
    await one.insert([made]);

    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? one : other).replace({ ...made, version: 2, year: i }, 1),
      ),
    );

    expect(all.filter(Boolean)).toHaveLength(1);
  });

  test("write batches that meet crosswise, each whole or not at all", async () => {
    const [one, other] = [await node(), await node()];
    const batch = (ids: number[]) => ids.map((id) => film({ ids: [`tt${id}`] }));

    const all = await Promise.allSettled(
      Array.from({ length: 10 }, (_, round) => [
        one.insert(batch([round, 100, round + 20])),
        other.insert(batch([100, round])),
      ]).flat(),
    );

    const won = all.filter(({ status }) => status === "fulfilled").length;
    expect(won).toBe(1);
    const found = await one.page({ where: {}, sort: { field: "id", descending: false }, limit: 9 });
    expect([2, 3]).toContain(found.length);
  });

  test("free a unique value with the document that gives it up", async () => {
    const engine = await node();
    const made = film({ ids: ["tt1", "tt2"] });
    await engine.insert([made]);

    await engine.replace({ ...made, version: 2, ids: ["tt2", "tt3"] }, 1);

    await engine.insert([film({ ids: ["tt1"] })]);
    await expect(engine.insert([film({ ids: ["tt3"] })])).rejects.toMatchObject({
      type: "DOCUMENT_DUPLICATE",
    });
  });

  test("leave a unique value to who holds it, whoever else has it unentered", async () => {
    const newer = await node();
    const older = await node(collection<Film>({ name: "films", indexes: {} }));
    const unentered = film({ ids: ["tt1"] });
    await older.insert([unentered]);
    await newer.insert([film({ ids: ["tt1"] })]);

    await newer.replace({ ...unentered, version: 2, ids: [] }, 1);
    await newer.remove(unentered.id, 2);

    await expect(newer.insert([film({ ids: ["tt1"] })])).rejects.toMatchObject({
      type: "DOCUMENT_DUPLICATE",
    });
  });

  test("enter what was there before a field was unique, and refuse to start where two share", async () => {
    const before = collection<Film>({ name: "films", indexes: {} });
    const older = await node(before);
    const shared = film({ ids: ["tt1"] });
    await older.insert([film({ ids: ["tt1"] }), shared]);

    await expect(node()).rejects.toMatchObject({ code: "23505" });
    await older.remove(shared.id, 1);
    const newer = await node();

    await expect(newer.insert([film({ ids: ["tt1"] })])).rejects.toMatchObject({
      type: "DOCUMENT_DUPLICATE",
    });
  });
});

describe("documents on PostgreSQL", () => {
  const engine = make(films);
  const byYear = { field: "year", descending: false };
  beforeAll(async () => {
    await wipe();
    await engine.open();
    const many = Array.from({ length: 6_000 }, (_, i) =>
      film({ people: i % 3 ? [`p${i}`, `q${i}`] : ["everybody"], year: 1900 + (i % 120) }),
    );
    await engine.insert(many);
    await direct.query(`analyze ${schema}.films`);
  });
  afterAll(() => engine.close());

  test.each([
    ["one of 500", { people: { in: Array.from({ length: 500 }, (_, i) => `q${i}`) } }, 333],
    ["few", { people: "p7" }, 1],
    ["a unique value", { ids: "nobody" }, 0],
    ["many", { people: "everybody" }, 500],
    ["a range", { year: { gte: 1950, lt: 1951 } }, 50],
  ])("finds %s by an index", async (_, where, count) => {
    const query = { where, sort: byYear, limit: 500 };
    const { text, values } = pageStatement(tablesOf(schema, films), query);

    const { rows } = await direct.query(`explain (analyze, timing off) ${text}`, [...values]);

    expect(await engine.page(query)).toHaveLength(count);
    const plan = rows.map((row) => row["QUERY PLAN"]);
    const scans = plan.filter((line) => /Seq Scan on films/.test(line));
    expect(scans.filter((line) => !line.includes("never executed"))).toEqual([]);
  });

  test("orders texts by their bytes, and others of another kind where NeDB has them", async () => {
    const names = collection<Stored & { name?: unknown }>({
      name: "names",
      indexes: { name: { sorts: true } },
    });
    const sorted = make(names);
    await sorted.open();
    const values = [undefined, -1, 2, 10, "", "B", "a", "b", "Ё", "я", false, true];
    await sorted.insert(
      values.toReversed().map((name) => ({ ...film(), ...(name === undefined ? {} : { name }) })),
    );

    const found = await sorted.page({
      where: {},
      sort: { field: "name", descending: false },
      limit: 99,
    });

    expect(found.map(({ name }) => name)).toEqual(values);
    await sorted.close();
  });

  test("refuses a text that JSONB cannot hold, and says why", async () => {
    const bad = film({ people: ["nul \u0000"] });

    await expect(engine.insert([bad])).rejects.toMatchObject({ type: "TEXT_REFUSED" });
    expect(await engine.byIds([bad.id])).toEqual([]);
  });

  test("holds unique values and sorts by texts of any length", async () => {
    const long = "x".repeat(9_000) + newId();
    await engine.insert([film({ ids: [long] })]);

    await expect(engine.insert([film({ ids: [long] })])).rejects.toMatchObject({
      type: "DOCUMENT_DUPLICATE",
    });
    const found = await engine.page({ where: { ids: long }, sort: byYear, limit: 2 });
    expect(found).toHaveLength(1);
  });

  test("warns of what is slow, by its name and not by its values", async () => {
    const slow = new Server({ url, connections: 1, slowMs: 0 });
    const warned = make(films, slow);
    await warned.open();
    warnings.length = 0;

    await warned.byIds(["secret"]);

    expect(warnings).toEqual([expect.stringMatching(/^films: slow: look-up of 1 took \d+ ms$/)]);
    await warned.close();
  });
});
