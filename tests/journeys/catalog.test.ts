/** Films from the operator's hand and from a file to whoever looks for them, by HTTP and sockets. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { madeFilms } from "../../bench/lib/films.ts";
import { connect } from "../../mixins/sockets/client.ts";
import { progressed } from "../../services/imports/imports.contract.ts";
import { soon } from "../house/soon.ts";
import { openHouse, type Place } from "./house.ts";
import { ask } from "./http.ts";
import { made } from "./people.ts";

let place: Place;
let folder: string;
beforeAll(async () => {
  place = await openHouse({});
  folder = await mkdtemp(join(tmpdir(), "bijou-files-"));
}, 60_000);
afterAll(async () => {
  await place.close();
  await rm(folder, { recursive: true });
}, 30_000);

type Method = "GET" | "POST" | "PATCH";
const admin = <T = Record<string, unknown>>(method: Method, path: string, more: object = {}) =>
  ask<T>(place.doors.admin, method, path, { token: place.operatorToken, ...more });
const read = (path: string) => ask(place.doors.public, "GET", path);
async function found(q: string): Promise<string[]> {
  const path = `/v1/search?q=${encodeURIComponent(q)}`;
  const { json } = await ask<{ items: { id: string }[] }>(place.doors.public, "GET", path);
  return json.items.map(({ id }) => id);
}

interface Run {
  id: string;
  status: string;
  rows: number;
  loaded: number;
  merged: number;
  unchanged: number;
  rejected: number;
  error: string | null;
  startedAt: string;
  endedAt: string;
}
/** Sends a file and asks for its import. */
async function queued(bytes: Uint8Array<ArrayBuffer>, name = "films.ndjson.gz"): Promise<Run> {
  const headers = {
    authorization: `Bearer ${place.operatorToken}`,
    "content-type": "application/octet-stream",
  };
  const url = `${place.doors.admin}/v1/imports/files?name=${name}`;
  const sent = await fetch(url, { method: "POST", headers, body: bytes });
  const { object } = (await sent.json()) as { object: string };
  const body = { source: "wikipedia", files: [{ name, object }], options: {} };
  return (await admin<Run>("POST", "/v1/imports", { body })).json;
}
const ended = async ({ id }: Run): Promise<Run> =>
  (
    await soon(
      () => admin<Run>("GET", `/v1/imports/${id}`),
      ({ json }) => !["queued", "running"].includes(json.status),
      50_000,
    )
  ).json;

test("a film is made, published, read, found, edited and withdrawn", async () => {
  const draft = { titles: { en: "The Stoker of Solaris", ru: "Кочегар Соляриса" }, year: 1972 };
  const film = await admin<{ id: string }>("POST", "/v1/films", { body: draft });
  expect(film.status).toBe(201);
  const path = `/v1/films/${film.json.id}`;
  expect((await read(path)).status).toBe(404);

  await admin("POST", `${path}/publish`, { body: {} });
  await soon(
    () => read(path),
    ({ status }) => status === 200,
  );
  await soon(
    () => found("stokr of solaris"),
    (ids) => ids.includes(film.json.id),
  );
  const { version } = (await admin<{ version: number }>("GET", path)).json;
  const body = { version, changes: { year: 1973 } };
  const edits = await Promise.all([1, 2, 3, 4].map(() => admin("PATCH", path, { body })));
  await admin("POST", `${path}/withdraw`, { body: {} });

  // One is in time, the others have not seen what it made.
  expect(edits.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412]);
  await soon(
    () => read(path),
    ({ status }) => status === 404,
  );
  await soon(
    () => found("stoker of solaris"),
    (ids) => !ids.includes(film.json.id),
  );
});

test("ten requests of one key make one film", async () => {
  const headers = { "idempotency-key": "one-film-and-no-more-of-it" };
  const body = { titles: { en: "Once Only" } };
  const make = () => admin<{ id: string }>("POST", "/v1/films", { body, headers });

  const answers = await Promise.all(Array.from({ length: 10 }, make));
  const again = await make();

  const ids = [...answers, again].flatMap(({ status, json }) => (status === 201 ? json.id : []));
  expect(new Set(ids).size).toBe(1);
  expect(again.status).toBe(201);
});

test("a file is imported while an operator looks on through a socket, and its films are found", async () => {
  const operator = await made(place, ["operator"]);
  const socket = connect({ url: place.doors.admin, token: operator.tokens?.accessToken });
  await socket.ready();
  const statuses = new Set<string>();
  await socket.hear(progressed, ({ status }) => void statuses.add(status));
  const bytes = new Uint8Array(await readFile(await madeFilms(folder, 400)));

  const run = await ended(await queued(bytes));
  const again = await ended(await queued(bytes));
  await soon(
    async () => [...statuses],
    (all) => all.includes("done"),
  );
  socket.close();

  expect(run).toMatchObject({ status: "done", rows: 400, rejected: 0 });
  expect(run.loaded + run.merged).toBe(400);
  expect(again).toMatchObject({ status: "done", loaded: 0, merged: 0, unchanged: 400 });
  const { items } = (await read("/v1/films?limit=1")).json as {
    items: { id: string; titles: Record<string, string> }[];
  };
  const [film] = items;
  expect(await found(Object.values(film?.titles ?? {})[0] ?? "")).toContain(film?.id);
}, 60_000);

test("imports that are asked for at once run one by one, and load each film once", async () => {
  const bytes = new Uint8Array(await readFile(await madeFilms(folder, 60)));

  const asked = await Promise.all([queued(bytes), queued(bytes), queued(bytes), queued(bytes)]);
  const runs = await Promise.all(asked.map(ended));

  expect(runs.map(({ status }) => status)).toEqual(["done", "done", "done", "done"]);
  const spans = runs.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const overlaps = spans.filter(({ startedAt }, i) => startedAt < (spans[i - 1]?.endedAt ?? ""));
  expect(overlaps).toEqual([]);
}, 60_000);

test("a file that is not what it says ends its import with a reason", async () => {
  const bytes = new TextEncoder().encode("this is no gzip");

  const run = await ended(await queued(bytes, "broken.ndjson.gz"));

  expect(run.status).toBe("failed");
  expect(run.error).toContain("broken.ndjson.gz");
});
