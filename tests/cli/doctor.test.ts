/** What the doctor finds on a machine, and the scripts of completion. */
import { spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { allActors } from "../../config/actors.ts";
import { holdDataFolder } from "../../config/data-folder.ts";
import { freePort } from "../house/ports.ts";
import { type Answers, aProblem, fakeDoor } from "./fake-door.ts";
import { bijou, type World, world } from "./run.ts";

let here: World;
let servers: Server[];

interface Found {
  name: string;
  status: string;
  detail: string;
  next: string | null;
}

beforeEach(async () => {
  servers = [];
  here = await world();
  here.env.DATA_DIR = join(here.cwd, "data");
  here.env.PUBLIC_PORT = String(await serve(undefined));
  here.env.ADMIN_PORT = String(await serve(undefined));
});
afterEach(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await here.close();
});

/** A port that answers with this body, or, without one, a port that is free. */
async function serve(body: string | undefined): Promise<number> {
  if (body === undefined) return freePort();
  const server = createServer((_, res) => res.end(body));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

async function examined() {
  const ran = await bijou(here, ["doctor", "--json"]);
  const { ok, checks } = ran.json() as { ok: boolean; checks: Found[] };
  return { code: ran.code, ok, of: (name: string) => checks.find((check) => check.name === name) };
}

test("finds nothing wrong on a fresh machine without a house", async () => {
  const { code, ok, of } = await examined();

  expect({ code, ok }).toEqual({ code: 0, ok: true });
  expect(of("public door")?.detail).toContain("is free");
  expect(of("data")?.detail).toContain("will be made at first start");
  expect(of("actors")).toMatchObject({
    status: "warn",
    next: expect.stringContaining("npm start"),
  });
});

test("sees that a house serves a door, and that another program took one", async () => {
  here.env.PUBLIC_PORT = String(await serve('{"status":"ok"}'));
  here.env.ADMIN_PORT = String(await serve("hello"));

  const { code, of } = await examined();

  expect(code).toBe(1);
  expect(of("public door")).toMatchObject({ status: "ok" });
  expect(of("admin door")).toMatchObject({
    status: "fail",
    next: expect.stringContaining("ADMIN_PORT"),
  });
});

test("takes what says nothing for a house that is stuck, not for another program", async () => {
  const stuck = createServer(() => undefined);
  await new Promise<void>((done) => stuck.listen(0, "127.0.0.1", done));
  servers.push(stuck);
  here.env.PUBLIC_PORT = String((stuck.address() as AddressInfo).port);

  const { code, of } = await examined();

  expect(code).toBe(1);
  expect(of("public door")).toMatchObject({
    status: "fail",
    detail: expect.stringContaining("says nothing"),
    next: expect.stringContaining("DATA_DIR/pid"),
  });
});

test("names every wrong variable, and goes on", async () => {
  here.env.PUBLIC_PORT = "eighty";
  here.env.LOG_LEVEL = "loud";

  const { code, of } = await examined();

  expect(code).toBe(1);
  expect(of("config")?.detail).toMatch(/LOG_LEVEL[\s\S]*PUBLIC_PORT/);
  expect(of("disk")).toBeDefined();
});

test("asks every server that is named, and says which is away and which variable names it", async () => {
  const away = await serve(undefined);
  const at = (scheme: string) => `${scheme}://somebody:kept-to-itself@127.0.0.1:${away}`;
  Object.assign(here.env, {
    ...{ NATS_URL: at("nats"), HOUSE_SECRET: "x".repeat(40), DOCUMENTS: "postgres,catalog=mongo" },
    ...{ POSTGRES_URL: at("postgres"), MONGO_URL: at("mongodb"), REDIS_URL: at("redis") },
    ...{ REDIS_STORE_URL: at("redis"), ELASTIC_URL: at("http") },
    ...{
      S3_ENDPOINT: `http://127.0.0.1:${away}`,
      S3_REGION: "x",
      S3_ACCESS_KEY: "x",
      S3_SECRET_KEY: "kept-to-itself",
      S3_BUCKET: "media",
    },
  });

  const { code, of } = await examined();

  expect(code).toBe(1);
  for (const name of ["nats", "postgres", "mongo", "redis", "redis store", "elastic", "s3"]) {
    const { status, detail = "", next } = of(name) ?? {};
    const variable = name.toUpperCase().replace(" ", "_");
    expect({ name, status, next }).toMatchObject({
      status: "fail",
      next: expect.stringMatching(new RegExp(`correct ${variable}_(URL|ENDPOINT)$`)),
    });
    expect(detail).toContain(`127.0.0.1:${away}`);
    expect(detail).not.toContain("kept-to-itself");
  }
});

describe("with a house that is up", () => {
  const names = [...allActors().keys()].map((actor) => actor.replace(/.*\//, ""));
  const node = (id: string, available: boolean, services: string[]) => ({
    ...{ id, available, services, local: false, hostname: "vm", cpu: 1, uptimeSeconds: 1 },
  });

  async function facing(answer: Answers[string]) {
    const door = await fakeDoor({
      "GET /livez": () => ({ body: { status: "ok" } }),
      "GET /v1/nodes": answer,
    });
    here.env.ADMIN_PORT = String(door.port);
    try {
      return await examined();
    } finally {
      await door.close();
    }
  }

  test("finds that every actor runs somewhere", async () => {
    const half = names.length / 2;
    const items = [node("a", true, names.slice(0, half)), node("b", true, names.slice(half))];

    const { code, of } = await facing(() => ({ body: { items, next: null } }));

    expect(code).toBe(0);
    expect(of("actors")).toMatchObject({ status: "ok", detail: `${names.length} on 2 nodes` });
  });

  test("names the actors that nobody runs, the node that is away, and how to start them", async () => {
    const gone = ["films", "imports"];
    const rest = names.filter((name) => !gone.includes(name));
    const items = [node("a", true, rest), node("b", false, gone)];

    const { code, of } = await facing(() => ({ body: { items, next: null } }));

    expect(code).toBe(1);
    expect(of("actors")).toMatchObject({
      status: "fail",
      detail: "nobody runs catalog/films, imports; away: b",
      next: "Start a node with SERVICES=catalog/films,imports",
    });
  });

  test("says that nobody is there to say who runs what", async () => {
    const { code, of } = await facing(() => aProblem(503, "UNAVAILABLE", "Nobody is there."));

    expect(code).toBe(1);
    expect(of("actors")).toMatchObject({
      status: "fail",
      next: "Start a node with SERVICES=operations",
    });
  });

  test("says what to do where the house does not know who asks", async () => {
    const refusal = aProblem(401, "TOKEN_REFUSED", "Who are you?");

    const { code, of } = await facing(() => refusal);

    expect(code).toBe(0);
    expect(of("actors")).toMatchObject({ status: "warn", next: expect.any(String) });
  });
});

test("says when the data cannot be written", async () => {
  await writeFile(join(here.cwd, "file"), "");
  here.env.DATA_DIR = join(here.cwd, "file", "data");

  const { code, of } = await examined();

  expect(code).toBe(1);
  expect(of("data")).toMatchObject({ status: "fail", next: expect.stringContaining("DATA_DIR") });
});

test("says which process holds the data, and that they are of a newer format", async () => {
  const folder = String(here.env.DATA_DIR);
  const release = holdDataFolder(folder);
  await writeFile(join(folder, "format.json"), '{"format":99}');

  const held = await examined();
  release();
  const free = await examined();

  expect(held.of("holder")?.detail).toContain(`the process ${process.pid} holds`);
  expect(free.of("holder")?.detail).toContain("no house holds");
  expect(free.of("format")).toMatchObject({
    status: "fail",
    detail: expect.stringContaining("newer"),
    next: expect.stringContaining("DATA_DIR"),
  });
});

test("prints a line for each check and the next step below what is wrong", async () => {
  here.env.ADMIN_PORT = "x";

  const ran = await bijou(here, ["doctor"]);

  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/^ok {4}node/m);
  expect(ran.stdout).toMatch(/^fail {2}config[\s\S]*?next: Correct what is named/m);
});

test("completes commands, verbs, values and flags in bash", async () => {
  const { stdout } = await bijou(here, ["completion", "bash"]);
  const complete = (...words: string[]) => {
    const ask = `COMP_WORDS=(${words.map((w) => `'${w}'`).join(" ")}); COMP_CWORD=${words.length - 1}`;
    const script = `${stdout}\n${ask}; _bijou; echo "\${COMPREPLY[@]}"`;
    return spawnSync("bash", ["-c", script], { encoding: "utf8" }).stdout.trim().split(" ");
  };

  expect(complete("bijou", "fi")).toEqual(["films"]);
  expect(complete("bijou", "imports", "re")).toEqual(["resume", "rejects"]);
  expect(complete("bijou", "imports", "run", "mo")).toEqual(["movielens"]);
  expect(complete("bijou", "--json", "imports", "run", "x", "--dr")).toEqual(["--dry-run"]);
  expect(complete("bijou", "nodes", "--j")).toEqual(["--json"]);
});

test.each(["zsh", "fish"])("has a script for %s", async (shell) => {
  await mkdir(join(here.cwd, "x"));

  const { stdout, code } = await bijou(here, ["completion", shell]);

  expect(code).toBe(0);
  expect(stdout).toContain("imports run");
});
