/** Every command against a door that speaks the contracts. */
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  anImport,
  aProblem,
  aReport,
  type FakeDoor,
  fakeDoor,
  importId,
  token,
} from "./fake-door.ts";
import { bijou, type World, world } from "./run.ts";

const filmId = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b12";
const film = {
  id: filmId,
  version: 3,
  state: "published",
  title: "The Matrix\u001b[31m",
  language: "en",
  kind: "film",
  titles: { en: "The Matrix" },
  year: 1999,
  countries: ["US"],
  languages: ["en"],
  genres: ["action", "science-fiction"],
  tags: [],
  extracts: {},
  extract: { text: "A hacker learns the truth.", attribution: { source: "Wikipedia" } },
  externalIds: { imdb: "tt0133093" },
  cast: [{ name: "Keanu Reeves", person: filmId, character: "Neo" }],
  crew: [],
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};
const hit = {
  id: filmId,
  score: 1,
  title: "The Matrix",
  kind: "film",
  year: 1999,
  genres: ["action"],
  cast: ["Keanu Reeves"],
  poster: null,
  highlights: {},
};
const found = {
  items: [hit],
  next: "abc",
  total: 2,
  facets: { genre: [{ value: "action", count: 2 }] },
};
const letter = {
  id: "d1",
  channel: "films.changed.v1",
  group: "search",
  attempts: 8,
  error: { name: "Error", message: "no", type: null },
  message: {},
  firstAt: "2026-01-01T00:00:00.000Z",
  lastAt: "2026-01-01T00:00:00.000Z",
};
const migrations = [
  ["films know their unique ids", "2026-01-01T00:00:00.000Z"],
  ["films know more", null],
].map(([name, doneAt], i) => ({ actor: "films", number: i + 1, name, doneAt }));
const reject = '{"line":7,"reason":"no title","row":{}}\n';

let door: FakeDoor;
let here: World;

beforeAll(async () => {
  door = await fakeDoor({
    "GET /v1/search": () => ({ body: found }),
    [`GET /v1/films/${filmId}`]: () => ({ body: film }),
    [`POST /v1/films/${filmId}/publish`]: () => ({ body: film }),
    [`POST /v1/films/${filmId}/withdraw`]: () => ({ body: { ...film, state: "withdrawn" } }),
    "GET /v1/imports": () => ({ body: { items: [aReport()], next: null } }),
    [`GET /v1/imports/${importId}`]: () => ({ body: aReport() }),
    [`POST /v1/imports/${importId}/cancel`]: () => ({ body: anImport({ status: "cancelled" }) }),
    [`POST /v1/imports/${importId}/resume`]: () => ({ body: anImport() }),
    [`GET /v1/imports/${importId}/rejects`]: () => ({ body: reject, type: "application/x-ndjson" }),
    "GET /v1/nodes": () => ({
      body: {
        items: [
          {
            id: "n1",
            available: true,
            local: true,
            services: ["films"],
            hostname: "box",
            cpu: 3,
            uptimeSeconds: 61,
          },
        ],
        next: null,
      },
    }),
    "GET /v1/services": () => ({
      body: {
        items: [
          {
            name: "films",
            nodes: ["n1"],
            actions: [{ name: "films.get", summary: "One film.", callable: true }],
          },
        ],
        next: null,
      },
    }),
    "POST /v1/call/films.get": ({ body }) => ({ body: { asked: JSON.parse(body.toString()) } }),
    "GET /v1/migrations": () => ({ body: { items: migrations, next: null } }),
    "GET /v1/deadletters": () => ({ body: { items: [letter], next: null } }),
    "POST /v1/deadletters/redrive": ({ body }) => ({
      body: { redriven: redriven(JSON.parse(body.toString()).ids) },
    }),
  });
});
/** Dead letters have ids of "d". */
const redriven = (ids?: string[]) => ids?.filter((id) => id.startsWith("d")).length ?? 9;
afterAll(() => door.close());
beforeEach(async () => {
  here = await world({ BIJOU_URL: door.url });
  door.asked.length = 0;
});
afterEach(() => here.close());

test("searches films, and says how many there are and how to see more", async () => {
  const ran = await bijou(here, ["films", "search", "the", "matrix", "--genre", "action,drama"]);

  expect(ran.stdout).toMatch(/The Matrix +1999 +action +Keanu Reeves +0192f3a0/);
  expect(ran.stdout).toContain("1 of 2 films");
  expect(ran.stdout).toContain("--cursor abc");
  expect(door.asked[0]?.query.get("q")).toBe("the matrix");
  expect(door.asked[0]?.query.getAll("genre")).toEqual(["action", "drama"]);
  expect(ran.code).toBe(0);
});

test("understands decades as people write them", async () => {
  await bijou(here, ["films", "search", "--decade", "1980s,1990"]);

  expect(door.asked[0]?.query.getAll("decade")).toEqual(["1980", "1990"]);
});

test("shows a film without letting its text move the cursor", async () => {
  const ran = await bijou(here, ["films", "show", filmId]);

  expect(ran.stdout).toContain("Keanu Reeves (Neo)");
  expect(ran.stdout).toContain("A hacker learns the truth.");
  expect(ran.stdout).not.toContain("\u001b");
});

test.each(["publish", "withdraw"])("%ss a film", async (verb) => {
  const ran = await bijou(here, ["films", verb, filmId]);

  expect(ran.stdout).toMatch(/is (published|withdrawn)\./);
  expect(door.asked[0]?.path).toBe(`/v1/films/${filmId}/${verb}`);
});

test("lists and shows imports with their quality and the next step", async () => {
  const list = await bijou(here, ["imports", "list"]);
  const show = await bijou(here, ["imports", "show", importId]);

  expect(list.stdout).toContain("36,100");
  expect(show.stdout).toMatch(/rejected +23/);
  expect(show.stdout).toContain(`bijou imports rejects ${importId}`);
});

test("cancels and resumes an import", async () => {
  const cancelled = await bijou(here, ["imports", "cancel", importId]);
  const resumed = await bijou(here, ["imports", "resume", importId]);

  expect(cancelled.stdout).toContain("cancelled");
  expect(resumed.stdout).toContain("queued");
});

test("prints rejected rows, or saves them whole into a file", async () => {
  const printed = await bijou(here, ["imports", "rejects", importId]);
  const saved = await bijou(here, ["imports", "rejects", importId, "--output", "bad.ndjson"]);

  expect(printed.stdout).toBe(reject);
  expect(await readFile(join(here.cwd, "bad.ndjson"), "utf8")).toBe(reject);
  expect(saved.stdout).toContain("bad.ndjson");
});

test("shows nodes and services", async () => {
  const nodes = await bijou(here, ["nodes"]);
  const services = await bijou(here, ["services"]);

  expect(nodes.stdout).toMatch(/n1 +there +3 % +1 min 01 s/);
  expect(services.stdout).toMatch(/films.get +One film\./);
});

test("calls an action with JSON, from stdin and from a file", async () => {
  await writeFile(join(here.cwd, "asked.json"), '{"a":3}');

  const none = await bijou(here, ["call", "films.get"]);
  const word = await bijou(here, ["call", "films.get", '{"a":1}']);
  const pipe = await bijou(here, ["call", "films.get", "-"], { stdin: ['{"a"', ":2}"] });
  const file = await bijou(here, ["call", "films.get", "@asked.json"]);

  expect([none, word, pipe, file].map((ran) => ran.json().asked)).toEqual([
    {},
    { a: 1 },
    { a: 2 },
    { a: 3 },
  ]);
});

test("lists dead letters and redrives them by ids or all", async () => {
  const list = await bijou(here, ["deadletters", "list"]);
  const some = await bijou(here, ["deadletters", "redrive", "d1", "d2"]);
  const all = await bijou(here, ["deadletters", "redrive", "--all"]);
  const fewer = await bijou(here, ["deadletters", "redrive", "d1", "x"]);

  expect(list.stdout).toContain("films.changed.v1");
  expect(some.stdout).toContain("2 given");
  expect(all.stdout).toContain("9 given");
  expect(fewer.stdout).toContain("1 given to their readers once more. 1 of 2 ids are no dead");
});

test.each([
  ["films", "search", "matrix"],
  ["films", "show", filmId],
  ["films", "publish", filmId],
  ["films", "withdraw", filmId],
  ["imports", "list"],
  ["imports", "show", importId],
  ["imports", "cancel", importId],
  ["imports", "resume", importId],
  ["imports", "rejects", importId],
  ["imports", "rejects", importId, "--output", "x"],
  ["nodes"],
  ["services"],
  ["call", "films.get"],
  ["deadletters", "list"],
  ["deadletters", "redrive", "--all"],
  ["contexts", "list"],
  ["contexts", "set", "a"],
  ["completion", "bash"],
  ["doctor"],
])("prints one JSON document: %s %s %s", async (...argv) => {
  const ran = await bijou(here, [...argv, "--json", "--url", door.url]);

  expect(ran.json()).toBeInstanceOf(Object);
  expect(ran.stderr).toBe("");
});

test("uses colour only in a terminal", async () => {
  const ran = await bijou(here, ["imports", "show", importId]);

  expect(ran.stdout).not.toContain("\u001b");
});

test("keeps contexts in a file that its owner alone reads, and speaks to the one in use", async () => {
  const at = { ...here, env: { XDG_CONFIG_HOME: here.env.XDG_CONFIG_HOME } };
  await bijou(at, ["contexts", "set", "far", "--url", "https://far.example", "--token", "secret"]);
  await bijou(at, ["contexts", "set", "near", "--url", door.url, "--token", token]);

  await bijou(at, ["contexts", "use", "near"]);
  const nodes = await bijou(at, ["nodes"]);
  const list = await bijou(at, ["contexts", "list"]);
  await bijou(at, ["contexts", "remove", "near"]);
  const after = await bijou(at, ["contexts", "list", "--json"]);

  expect(nodes.code).toBe(0);
  expect(list.stdout).toMatch(/^ {2}far .*\n\* near /);
  expect(list.stdout).not.toContain("secret");
  expect(after.json().items).toEqual([
    { name: "far", url: "https://far.example/", hasToken: true, current: false },
  ]);
  const file = await stat(join(here.cwd, "config", "bijou", "config.json"));
  expect(file.mode & 0o777).toBe(0o600);
});

test("says the help of each command with the exit codes", async () => {
  const ran = await bijou(here, ["imports", "run", "--help"]);

  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain("--title-types");
  expect(ran.stdout).toContain("--json");
  expect(ran.stdout).toContain("3 unreachable");
});

test("says a problem as the house does, with the next step", async () => {
  door.answers["GET /v1/nodes"] = () => aProblem(409, "STRANGE", "It is strange.");

  const ran = await bijou(here, ["nodes"]);

  expect(ran).toMatchObject({ code: 1, stdout: "" });
  expect(ran.stderr).toMatch(/^error: It is strange\.\nnext: {2}\w/);
});

test("migrate status lists what was done and what is due, and what to run", async () => {
  const { stdout, code } = await bijou(here, ["migrate", "status"]);
  const json = await bijou(here, ["--json", "migrate", "status"]);

  expect(code).toBe(0);
  expect(stdout).toMatch(/films +1 +films know their unique ids +2026-01-01 00:00:00/);
  expect(stdout).toMatch(/films +2 +films know more +due\s+next: {2}npm run migrate/);
  expect(JSON.parse(json.stdout)).toEqual({ items: migrations, next: null });
});
