/** `imports run` from the file to the report. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Io } from "../../cli/io.ts";
import {
  anImport,
  aProblem,
  aReport,
  type FakeDoor,
  fakeDoor,
  importId,
  importing,
} from "./fake-door.ts";
import { bijou, type World, world } from "./run.ts";

const running = anImport({
  status: "running",
  stage: "load",
  rows: 10,
  loaded: 10,
  bytesRead: 50,
  bytesTotal: 100,
  rowsPerSecond: 5,
});
const run = ["imports", "run", "wikipedia", "films.ndjson"];

let door: FakeDoor;
let here: World;

beforeEach(async () => {
  door = await fakeDoor(importing([running, aReport()]));
  here = await world({ BIJOU_URL: door.url });
  await writeFile(join(here.cwd, "films.ndjson"), "x".repeat(700_000));
});
afterEach(async () => {
  await door.close();
  await here.close();
});

const sent = () => door.asked.filter(({ path }) => path === "/v1/imports/files");
const started = () => {
  const asked = door.asked.find((a) => a.method === "POST" && a.path === "/v1/imports");
  return JSON.parse(asked?.body.toString() ?? "null");
};

test("sends the file, starts the import, follows it and prints the report", async () => {
  const ran = await bijou(here, [...run, "--state", "draft", "--dry-run"]);

  expect(ran.code).toBe(0);
  expect(sent()[0]?.body.length).toBe(700_000);
  expect(sent()[0]?.headers["content-length"]).toBe("700000");
  expect(started()).toEqual({
    source: "wikipedia",
    files: [{ name: "films.ndjson", object: "uploads/1" }],
    options: { state: "draft", dryRun: true },
  });
  expect(ran.stdout).toMatch(/done in 14 s[\s\S]*loaded +36,100[\s\S]*rejected +23/);
  expect(ran.stderr).toContain("wikipedia films.ndjson: load · 50 % · 10 rows");
});

test("with --json waits and prints the report alone", async () => {
  const ran = await bijou(here, [...run, "--json"]);

  expect(ran.stderr).toBe("");
  expect(ran.json()).toMatchObject({ loaded: 36_100, merged: 150, unchanged: 0, rejected: 23 });
});

test("sends what is piped in, byte by byte as it is", async () => {
  const zipped = gzipSync("films\n".repeat(1000));

  const stdin = [zipped.subarray(0, 9), zipped.subarray(9)] as unknown as string[];
  const ran = await bijou(here, ["imports", "run", "wikipedia", "-"], { stdin });

  expect(ran.code).toBe(0);
  expect(sent()[0]?.body.equals(zipped)).toBe(true);
  expect(sent()[0]?.query.get("name")).toBe("stdin");
});

test("leaves https addresses to the house", async () => {
  await bijou(here, ["imports", "run", "imdb", "https://data.example/title.basics.tsv.gz?x=1"]);

  expect(sent()).toEqual([]);
  expect(started().files).toEqual([
    { name: "title.basics.tsv.gz", url: "https://data.example/title.basics.tsv.gz?x=1" },
  ]);
});

test("schedules without waiting", async () => {
  door.answers["POST /v1/imports"] = () => ({ body: anImport({ schedule: "0 4 * * * UTC" }) });

  const words = ["--schedule", "0 4 * * *", "--time-zone", "UTC"];
  const ran = await bijou(here, ["imports", "run", "imdb", "https://a.example/b", ...words]);

  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("is scheduled") });
  expect(started().schedule).toEqual({ cron: "0 4 * * *", timeZone: "UTC" });
});

test("passes the mapping of a table on", async () => {
  await writeFile(
    join(here.cwd, "map.json"),
    '{"dataset":"mine","key":"id","fields":{"title":"Title"}}',
  );

  await bijou(here, ["imports", "run", "table", "films.ndjson", "--mapping", "map.json"]);

  expect(started().options.mapping).toEqual({
    dataset: "mine",
    key: "id",
    fields: { title: "Title" },
  });
});

test("detaches at once when asked, and says how to look again", async () => {
  const ran = await bijou(here, [...run, "--detach"]);

  expect(ran).toMatchObject({ code: 0 });
  expect(ran.stdout).toContain(`bijou imports show ${importId} --watch`);
});

test("an import that failed ends with 1 and its report", async () => {
  door.answers[`GET /v1/imports/${importId}`] = () => ({
    body: aReport({ status: "failed", error: "films.ndjson: the gzip ends too early." }),
  });

  const plain = await bijou(here, run);
  const json = await bijou(here, [...run, "--json"]);

  expect(plain.code).toBe(1);
  expect(plain.stdout).toMatch(/the gzip ends too early[\s\S]*next: {2}bijou imports run/);
  expect(plain.stdout).not.toContain("imports resume");
  expect(json).toMatchObject({ code: 1 });
  expect(json.json().error).toBe("films.ndjson: the gzip ends too early.");
});

test("one that can go on says how", async () => {
  const error = "The disk takes no more (ENOSPC). Free space or mend it, then resume the import.";
  door.answers[`GET /v1/imports/${importId}`] = () => ({
    body: aReport({ status: "failed", error }),
  });

  expect((await bijou(here, run)).stdout).toContain(`next:  bijou imports resume ${importId}`);
});

test("waits for a house that goes away and comes back", async () => {
  const states = [running, undefined, undefined, undefined, aReport()];
  door.answers[`GET /v1/imports/${importId}`] = () => {
    const body = states.length > 1 ? states.shift() : states[0];
    return body && { body };
  };

  const ran = await bijou(here, run);

  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain("Asking again…");
});

test("while a house starts, a missing path is not the end", async () => {
  const answers = [aProblem(404, "PATH_UNKNOWN", "No."), { body: aReport() }];
  door.answers[`GET /v1/imports/${importId}`] = () => answers.shift();

  const ran = await bijou(here, run);

  expect(ran.code).toBe(0);
});

test("a half upload is sent again from its beginning", async () => {
  let times = 0;
  const whole = door.answers["POST /v1/imports/files"];
  door.answers["POST /v1/imports/files"] = (a) => (++times === 1 ? undefined : whole?.(a));

  const ran = await bijou(here, run);

  expect(ran.code).toBe(0);
  expect(sent().map(({ body }) => body.length)).toEqual([700_000, 700_000]);
});

test("a refused upload starts nothing", async () => {
  door.answers["POST /v1/imports/files"] = () => aProblem(413, "BODY_TOO_LARGE", "Too large.");

  const ran = await bijou(here, run);

  expect(ran.code).toBe(1);
  expect(started()).toBe(null);
});

test("a wrong token is found before the file is sent", async () => {
  const ran = await bijou(here, [...run, "--token", "wrong"]);

  expect(ran.code).toBe(1);
  expect(sent()).toEqual([]);
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s leaves the import running and says how to look again", async (signal, code) => {
  door.answers[`GET /v1/imports/${importId}`] = () => ({ body: running });
  const onSignal: Io["onSignal"] = (heard) => {
    const timer = setInterval(() => {
      if (door.asked.some(({ path }) => path === `/v1/imports/${importId}`)) heard(signal);
    }, 20);
    return () => clearInterval(timer);
  };

  const ran = await bijou(here, run, { onSignal });

  expect(ran).toMatchObject({ code, stdout: "" });
  expect(ran.stderr).toContain(`bijou imports show ${importId} --watch`);
});

test("show --watch takes the view up again", async () => {
  const ran = await bijou(here, ["imports", "show", importId, "--watch"]);

  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("done in 14 s") });
});
