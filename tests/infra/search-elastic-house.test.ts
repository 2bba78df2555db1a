/** A whole house that searches in Elasticsearch, over a line that is cut, frozen and mended. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { madeFilms } from "../../bench/lib/films.ts";
import { startNode } from "../cluster/process.ts";
import { ask, endOf, type House, queueImport } from "../house/process.ts";
import { indicesOf, newPrefix, removeIndices } from "../search/cluster.ts";
import { urlOf } from "./engine-urls.ts";
import { type Line, line } from "./line.ts";

const url = urlOf("ELASTIC_URL", "an Elasticsearch");
const folder = mkdtempSync(join(tmpdir(), "bijou-elastic-"));
const prefix = newPrefix();
let way: Line;
let house: Awaited<ReturnType<typeof start>>;

const others = "NATS_URL REDIS_URL REDIS_STORE_URL MONGO_URL POSTGRES_URL S3_ENDPOINT S3_REGION";
const none = `${others} S3_ACCESS_KEY S3_SECRET_KEY S3_BUCKET`.split(" ").map((name) => [name, ""]);

async function start(): Promise<House & { nodeUrl: string }> {
  const DATA_DIR = join(folder, "house");
  const node = startNode({
    ...Object.fromEntries(none),
    ELASTIC_URL: way.url,
    NAMESPACE: prefix,
    DATA_DIR,
    BREAKER_OPEN_MS: "1000",
  });
  const doors = await node.opened();
  const url = (name: string) => doors[name] ?? "";
  return {
    child: node.child,
    publicUrl: url("public"),
    adminUrl: url("admin"),
    nodeUrl: url("node"),
    token: readFileSync(join(DATA_DIR, "secrets/operator-token"), "utf8").trim(),
    stop: async () => void (await node.stop()),
  };
}

beforeAll(async () => {
  way = await line(url, 9200);
  way.cut();
  house = await start();
}, 60_000);
afterAll(async () => {
  way.mend();
  await house.stop();
  way.close();
  await removeIndices(prefix, url.href);
  rmSync(folder, { recursive: true });
}, 60_000);

const search = (q: string) =>
  fetch(`${house.publicUrl}/v1/search?q=${q}`, { signal: AbortSignal.timeout(15_000) });

interface Stats {
  documents: number;
  lag: number;
}
const stats = () => ask<Stats>(house, "GET", "/v1/search/stats");

async function publish(title: string): Promise<void> {
  const film = await ask<{ id: string }>(house, "POST", "/v1/films", { titles: { en: title } });
  await ask(house, "POST", `/v1/films/${film.id}/publish`, {});
}

/** The titles found, once there are some. */
async function found(q: string): Promise<string[]> {
  for (;;) {
    const answer = await search(q);
    const { items = [] } = (await answer.json()) as { items?: { title: string }[] };
    if (items.length > 0) return items.map(({ title }) => title);
    await wait(200);
  }
}

/** What the door says while the index is away, and that another door's work goes on. */
async function refusal(): Promise<{ status: number; retryAfter: number; films: number }> {
  const answer = await search("anything");
  await answer.arrayBuffer();
  const films = await fetch(`${house.publicUrl}/v1/films?limit=1`);
  await films.arrayBuffer();
  const retryAfter = Number(answer.headers.get("retry-after"));
  return { status: answer.status, retryAfter, films: films.status };
}

const away = { status: 503, retryAfter: expect.any(Number), films: 200 };

test("the house opens without it, and films are written; search says when to ask again", async () => {
  await publish("Barsoom Quartet");

  const answer = await refusal();

  expect(answer).toEqual(away);
  expect(answer.retryAfter).toBeGreaterThan(0);
});

test("once it is there the index is built and what was written is found, by itself", async () => {
  way.mend();

  expect(await found("barsoom")).toEqual(["Barsoom Quartet"]);
}, 60_000);

test.each([
  ["cut", "zeppelin"],
  ["freeze", "dirigible"],
] as const)(
  "away again (%s): changes wait, and come in after",
  async (how, title) => {
    way[how]();
    await publish(title);
    await publish(`${title} returns`);
    expect(await refusal()).toEqual(away);

    way.mend();

    expect((await found(title))[0]).toBe(title);
    expect((await found(`${title}+returns`))[0]).toBe(`${title} returns`);
  },
  60_000,
);

test("an import is done when its films can be found", async () => {
  const file = await madeFilms(folder, 2_000);
  const before = (await stats()).documents;

  const run = await endOf(house, await queueImport(house, file));

  expect(run.status).toBe("done");
  const { documents, lag } = await stats();
  expect([documents - before, lag]).toEqual([run.loaded, 0]);
}, 120_000);

test("an import does not wait for an index that is away, and says so", async () => {
  const file = await madeFilms(folder, 50);
  way.cut();

  const run = await endOf(house, await queueImport(house, file));
  way.mend();

  expect(run.status).toBe("done");
  expect(run.error).toMatch(/index of the search is away/);
}, 120_000);

test("stops in time while it is frozen, and catches up at the next start", async () => {
  way.freeze();
  await publish("Lighthouse Sonata");
  const stopped = await Promise.race([house.stop().then(() => true), wait(20_000)]);
  expect(stopped).toBe(true);
  way.mend();

  house = await start();

  expect(await found("lighthouse")).toEqual(["Lighthouse Sonata"]);
  // A rebuild that was broken off is given up and begun again.
  while ((await indicesOf(prefix, url.href)).length > 1) await wait(500);
}, 90_000);

test("a node shows how far its index is behind", async () => {
  const text = await (await fetch(`${house.nodeUrl}/metrics`)).text();

  expect(text).toMatch(/^search_index_pending_changes 0$/m);
  expect(text).toMatch(/^search_index_lag_seconds 0$/m);
});
