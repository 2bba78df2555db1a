/** While films is away: pages from before, refusals, a breaker that opens, and both ways it closes. */
import { setTimeout as wait } from "node:timers/promises";
import { bijou, type World, world } from "../cli/run.ts";
import { openHouse, type Place } from "./house.ts";
import { ask } from "./http.ts";

const openMs = 6_000;
let place: Place;
let shell: World;
let known = "";
let other = "";

/** A film that everybody sees. */
async function film(title: string): Promise<string> {
  const { doors, operatorToken: token } = place;
  const body = { titles: { en: title } };
  const made = await ask<{ id: string }>(doors.admin, "POST", "/v1/films", { token, body });
  await ask(doors.admin, "POST", `/v1/films/${made.json.id}/publish`, { token, body: {} });
  return made.json.id;
}
const read = (id: string) => ask(place.doors.public, "GET", `/v1/films/${id}`);

/** The state of the breaker before `films.get`, as the operator reads it. */
async function state(): Promise<string | undefined> {
  const { stdout, code } = await bijou(shell, ["breakers"]);
  expect(code).toBe(0);
  return /films\.get\s+(\S+)/.exec(stdout)?.[1];
}
/** Asks until the breaker opens. */
async function opened(): Promise<string[]> {
  const problems: string[] = [];
  for (let n = 0; n < 12 && problems.at(-1) !== "BREAKER_OPEN"; n++) {
    problems.push((await read(other)).problem ?? "none");
  }
  return problems;
}

beforeAll(async () => {
  const quick = { BREAKER_OPEN_MS: String(openMs), BREAKER_FAILURES: "4" };
  // What is away is told at length in the log.
  place = await openHouse({ ...quick, LOG_LEVEL: "error" });
  shell = await world({ BIJOU_URL: place.doors.admin, BIJOU_TOKEN: place.operatorToken });
  known = await film("The film that somebody has read");
  other = await film("The film that nobody has read");
  // Doors hear of a write soon after it: what they keep from before then is no more than a stand-in.
  await wait(1_000);
  expect((await read(known)).status).toBe(200);
}, 60_000);
afterAll(async () => {
  await shell.close();
  await place.close();
}, 30_000);

test("while films is away its pages are those from before, and say so", async () => {
  await place.stop("catalog/films");
  const fresh = await read(known);

  // Longer than pages are good, and may be looked up anew.
  await place.later(15 * 60_000);
  const stale = await read(known);

  expect([fresh.status, fresh.headers.get("warning")]).toEqual([200, null]);
  expect(stale.status).toBe(200);
  expect(Number(stale.headers.get("age"))).toBeGreaterThanOrEqual(15 * 60);
  expect(stale.headers.get("warning")).toContain("110");
  expect(stale.json).toEqual(fresh.json);
});

test("what nobody has read is refused, until the breaker opens and answers at once", async () => {
  const problems = await opened();

  expect(problems.at(-1)).toBe("BREAKER_OPEN");
  expect(new Set(problems.slice(0, -1))).toEqual(new Set(["UNAVAILABLE"]));
  const refused = await read(other);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
  expect(await state()).toBe("open");
  expect((await read(known)).headers.get("warning")).toContain("110");
  expect((await ask(place.doors.public, "GET", "/v1/search?q=film")).status).toBe(200);
});

test("the operator closes it by hand once films is back", async () => {
  await opened();
  await place.start("catalog/films");

  const { code, stdout } = await bijou(shell, ["breakers", "reset", "films.get"]);

  expect([code, stdout]).toEqual([0, expect.stringContaining("1 closed")]);
  expect((await read(other)).status).toBe(200);
  expect(await state()).toBe("closed");
});

test("or it closes by itself, with one probe after its time", async () => {
  const third = await film("A film that comes later");
  await place.stop("catalog/films");
  const problems: (string | undefined)[] = [];
  while (problems.at(-1) !== "BREAKER_OPEN") problems.push((await read(third)).problem);
  await place.start("catalog/films");
  expect(await state()).toBe("open");

  await wait(openMs + 200);

  expect(await state()).toBe("half-open");
  expect((await read(third)).status).toBe(200);
  // A breaker that has just closed has seen nothing yet.
  expect((await read(other)).status).toBe(200);
  expect(["closed", undefined]).toContain(await state());
});
