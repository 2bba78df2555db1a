/** Every mistake that a person can make at `bijou`, provoked: exit code, sentence, next step. */
import { chmod, mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { aProblem, type FakeDoor, fakeDoor, importId } from "./fake-door.ts";
import { bijou, type World, world } from "./run.ts";

let door: FakeDoor;
let here: World;

beforeEach(async () => {
  door = await fakeDoor({});
  here = await world({ BIJOU_URL: door.url });
  await mkdir(join(here.cwd, "folder"));
  await writeFile(join(here.cwd, "empty.csv"), "");
  await writeFile(join(here.cwd, "films.csv"), "title\nHeat\n");
  await writeFile(join(here.cwd, "broken.json"), "{'a': 1}");
  await writeFile(join(here.cwd, "odd.json"), '{"fields": {"title": 1}}');
});
afterEach(async () => {
  await door.close();
  await here.close();
});

const run = ["imports", "run"];

describe("wrong usage ends with 2 before anything is sent", () => {
  test.each<[why: string, argv: string[], said: RegExp]>([
    ["an unknown command", ["flims"], /Unknown command 'flims'.*\nnext:.*Did you mean films\?/],
    ["an unknown verb", ["films", "shwo", "x"], /Unknown command 'shwo'.*\n.*Did you mean show/],
    ["an unknown flag", ["nodes", "--jsn"], /Unknown option '--jsn'.*\n.*Did you mean --json/],
    ["a missing argument", ["films", "show"], /Missing required argument 'id'/],
    ["one argument too many", ["nodes", "x"], /Too many arguments/],
    ["a flag without its value", ["nodes", "--url"], /argument missing/],
    ["a number that is a word", ["films", "search", "--limit", "many"], /whole number/],
    ["a number out of range", ["films", "search", "--limit", "0"], /limit: .*>=1/],
    ["an unknown genre", ["films", "search", "--genre", "jazz"], /"jazz" is not one of action, /],
    ["an unknown state", ["films", "search", "--state", "gone"], /Allowed choices are draft/],
    ["an id that is none", ["films", "show", "42"], /id: Invalid UUID/],
    ["an unknown source", [...run, "netflix", "films.csv"], /Allowed choices are wikipedia/],
    ["no file", [...run, "imdb"], /Missing required argument 'file'/],
    ["a missing file", [...run, "imdb", "nothing.tsv"], /nothing\.tsv: there is no such file/],
    ["a path through a file", [...run, "imdb", "films.csv/x"], /there is no such file/],
    ["a folder", [...run, "imdb", "folder"], /folder: it is a folder\.\nnext: {2}.*folder\/\*/],
    ["an empty file", [...run, "imdb", "empty.csv"], /empty\.csv: it is empty/],
    ["an empty pipe", [...run, "imdb", "-"], /stdin: it is empty/],
    ["stdin twice", [...run, "imdb", "-", "-"], /stdin can be read once/],
    ["an http address", [...run, "imdb", "http://x.example/a"], /only https addresses/],
    ["too many files", [...run, "imdb", ...Array(11).fill("films.csv")], /files: .*<=10/],
    ["a table without mapping", [...run, "table", "films.csv"], /needs --mapping/],
    ["a mapping elsewhere", [...run, "imdb", "films.csv", "--mapping", "x"], /source table/],
    [
      "a missing mapping",
      [...run, "table", "films.csv", "--mapping", "no.json"],
      /no\.json: there is no such file/,
    ],
    [
      "a mapping that is not JSON",
      [...run, "table", "films.csv", "--mapping", "broken.json"],
      /broken\.json: it is not JSON: .*position 1/,
    ],
    [
      "a mapping that is none",
      [...run, "table", "films.csv", "--mapping", "odd.json"],
      /not a mapping: key: .*fields\.title/,
    ],
    ["votes elsewhere", [...run, "wikipedia", "films.csv", "--min-votes", "5"], /source imdb/],
    ["a zone alone", [...run, "imdb", "films.csv", "--time-zone", "UTC"], /needs --schedule/],
    [
      "a schedule of a local file",
      [...run, "imdb", "films.csv", "--schedule", "0 4 * * *"],
      /schedule needs https addresses/,
    ],
    ["parameters that are not JSON", ["call", "films.get", "{a}"], /parameters: it is not JSON/],
    ["parameters that are no object", ["call", "films.get", "[1]"], /are a JSON object/],
    ["a parameter file that is missing", ["call", "films.get", "@no.json"], /no such file/],
    ["no dead letters named", ["deadletters", "redrive"], /not said which/],
    ["all and some", ["deadletters", "redrive", "d1", "--all"], /--all is all/],
    ["an address without scheme", ["nodes", "--url", "localhost:3003"], /not the address/],
    ["an unknown context", ["nodes", "--context", "moon"], /no context "moon"/],
    ["nothing to set", ["contexts", "set", "a"], /Nothing to set/],
    ["an unknown shell", ["completion", "tcsh"], /Allowed choices are bash/],
    [
      "a folder that is missing",
      ["imports", "rejects", importId, "--output", "no/x"],
      /no folder .*\nnext: {2}mkdir -p/,
    ],
    ["a folder as output", ["imports", "rejects", importId, "--output", "folder"], /is a folder/],
  ])("%s", async (_why, argv, said) => {
    const plain = await bijou(here, argv);
    const json = await bijou(here, [...argv, "--json"]);

    expect(plain).toMatchObject({ code: 2, stdout: "" });
    expect(plain.stderr).toMatch(said);
    expect(plain.stderr).toMatch(/\nnext: {2}\S/);
    // With --json at its end a flag without its value takes that word.
    if (!argv.includes("--url") || argv.length > 2) {
      expect(json).toMatchObject({ code: 2, stderr: "" });
      expect(json.json().error).toMatchObject({ type: "USAGE", next: expect.any(String) });
    }
    expect(door.asked).toEqual([]);
  });

  test("no command shows the help", async () => {
    const ran = await bijou(here, []);

    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("Usage: bijou");
  });

  test("a config file that is not JSON", async () => {
    await mkdir(join(here.cwd, "config", "bijou"), { recursive: true });
    await writeFile(join(here.cwd, "config", "bijou", "config.json"), "{");

    const ran = await bijou(here, ["contexts", "list"]);

    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/config\.json is wrong: it is not JSON\.\nnext: {2}Mend the file/);
  });

  test("a config file where none can be written", async () => {
    here.env.XDG_CONFIG_HOME = join(here.cwd, "films.csv");

    const ran = await bijou(here, ["contexts", "set", "a", "--url", "http://a.example"]);

    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("XDG_CONFIG_HOME");
  });
});

describe("what the house refuses ends with 1", () => {
  test.each<[status: number, type: string, next: RegExp]>([
    [404, "IMPORT_NOT_FOUND", /bijou imports list/],
    [409, "IMPORT_REFUSED", /imports show/],
    [413, "BODY_TOO_LARGE", /Send less/],
    [422, "PARAMS_INVALID", /Correct what is named/],
    [429, "TOO_MANY", /Wait/],
  ])("%i %s", async (status, type, next) => {
    const errors = [{ path: "limit", message: "is too big" }];
    door.answers["GET /v1/imports"] = () => aProblem(status, type, "It says no.", { errors });

    const plain = await bijou(here, ["imports", "list"]);
    const json = await bijou(here, ["imports", "list", "--json"]);

    expect(plain.code).toBe(1);
    expect(plain.stderr).toMatch(/^error: It says no\.\n {2}limit: is too big\nnext: /);
    expect(plain.stderr).toMatch(next);
    expect(json.json().error).toMatchObject({ type, status, errors, instance: "req-1" });
  });

  test("a wrong token, saying where it came from", async () => {
    const ran = await bijou(here, ["nodes", "--token", "wrong"]);

    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/next: .*--token, BIJOU_TOKEN and the context/);
  });

  test("a missing token, saying where it was looked for", async () => {
    here.env.BIJOU_TOKEN = undefined;
    here.env.DATA_DIR = "elsewhere";

    const ran = await bijou(here, ["nodes"]);

    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(join(here.cwd, "elsewhere/secrets/operator-token"));
  });
});

describe("a house that cannot answer ends with 3", () => {
  test("a dead door", async () => {
    await door.close();

    const plain = await bijou(here, ["nodes"]);
    const json = await bijou(here, ["nodes", "--json"]);

    expect(plain).toMatchObject({ code: 3, stdout: "" });
    expect(plain.stderr).toMatch(/No house answers at http.*\nnext: {2}Start it \(npm start\)/);
    expect(json.json().error.type).toBe("UNREACHABLE");
  });

  test.each([502, 503, 504])("%i", async (status) => {
    door.answers["GET /v1/nodes"] = () => aProblem(status, "UNAVAILABLE", "Not now.");

    const ran = await bijou(here, ["nodes"]);

    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/Not now\.\nnext: {2}Repeat/);
  });

  test("a connection that breaks, after it was tried again", async () => {
    door.answers["GET /v1/nodes"] = () => undefined;

    const ran = await bijou(here, ["nodes"]);

    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("The connection broke");
    expect(door.asked).toHaveLength(3);
  });

  test("what is not repeatable is asked once", async () => {
    door.answers["POST /v1/deadletters/redrive"] = () => undefined;

    await bijou(here, ["deadletters", "redrive", "--all"]);

    expect(door.asked).toHaveLength(1);
  });

  test.each([[[]], [["--output", "rows"]]])("a download that breaks %j", async (more) => {
    const cut = () => ({ type: "application/x-ndjson", cut: true });
    door.answers[`GET /v1/imports/${importId}/rejects`] = cut;

    const ran = await bijou(here, ["imports", "rejects", importId, ...more]);

    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/The connection broke.*\nnext: {2}Repeat/);
    expect(await readdir(here.cwd)).not.toContain("rows");
  });

  test("an answer that breaks off", async () => {
    door.answers["GET /v1/nodes"] = () => ({ cut: true });

    const ran = await bijou(here, ["nodes"]);

    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("The connection broke");
  });

  test("another web server", async () => {
    door.answers["GET /v1/nodes"] = () => ({ body: "<html>", type: "text/html" });

    const ran = await bijou(here, ["nodes"]);

    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("is not the admin door of a house");
  });

  test("a program that does not speak HTTP", async () => {
    const other = createServer((socket) => socket.end("220 mail.example ESMTP\r\n"));
    await new Promise<void>((done) => other.listen(0, "127.0.0.1", done));
    const { port } = other.address() as { port: number };

    const ran = await bijou(here, ["nodes", "--url", `http://127.0.0.1:${port}`]);

    other.close();
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("does not speak HTTP");
  });

  test("a machine that there is not", async () => {
    const ran = await bijou(here, ["nodes", "--url", "http://no-such-house.invalid:3003"]);

    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/\nnext: {2}\w/);
  });
});

test("a bug of the house ends with 4", async () => {
  door.answers["GET /v1/nodes"] = () => aProblem(500, "UNEXPECTED", "Something broke.");

  const ran = await bijou(here, ["nodes"]);

  expect(ran.code).toBe(4);
  expect(ran.stderr).toMatch(/Something broke\.\nnext: {2}.*mistake in the house/);
});

test("an answer that nobody foresaw is a bug and says where", async () => {
  door.answers["GET /v1/nodes"] = () => ({ body: { items: 42 } });

  const ran = await bijou(here, ["nodes"]);

  expect(ran.code).toBe(4);
  expect(ran.stderr).toMatch(/mistake in the program, not yours/);
});

describe("the token", () => {
  const key = "the-token-of-this-machine";
  beforeEach(async () => {
    const secrets = join(here.cwd, "data", "secrets");
    await mkdir(secrets, { recursive: true });
    await writeFile(join(secrets, "operator-token"), `${key}\n`);
    await chmod(join(secrets, "operator-token"), 0o600);
    here.env.BIJOU_TOKEN = undefined;
  });

  test("of this machine's house is found under DATA_DIR", async () => {
    await bijou(here, ["nodes"]);

    expect(door.asked[0]?.headers.authorization).toBe(`Bearer ${key}`);
  });

  test("of this machine's house never goes to another machine", async () => {
    const { resolveSettings } = await import("../../cli/settings.ts");
    const place = { env: { ...here.env, ADMIN_TOKEN: key }, cwd: here.cwd, root: here.cwd };

    const far = await resolveSettings(place, { url: "https://far.example" });
    const near = await resolveSettings(place, { url: "http://localhost:3003" });

    expect([far.token, near.token]).toEqual([undefined, key]);
  });
});
