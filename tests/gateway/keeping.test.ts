/** Answers that the doors keep: whose they are, for how long, and what they are good for. */
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { z } from "zod";
import { Breakers } from "../../mixins/resilience/breaker.ts";
import { clearing } from "../../mixins/resilience/clearing.ts";
import { isOutage } from "../../mixins/resilience/failure.ts";
import { resilience } from "../../mixins/resilience/middleware.ts";
import { Responses } from "../../mixins/resilience/responses.ts";
import { actions } from "../../services/contracts.ts";
import { wrote } from "../../services/gateway/doors.contract.ts";
import { clock } from "../../services/shared/clock.ts";
import { action } from "../../services/shared/contract.ts";
import { newId } from "../../services/shared/ids.ts";
import { tell, wiring } from "../../services/shared/wire.ts";
import { actors, film, filmId } from "./actors.ts";
import { askAt, bearer, closeHouses, objectsIn, openHouse } from "./house.ts";

afterEach(() => clock.set());
afterAll(closeHouses);

const mine = action("notes.mine", z.strictObject({}), z.unknown(), {
  summary: "What I noted.",
  route: "GET /v1/notes",
  opens: { public: "viewer" },
  keepSeconds: 60,
});
const { serve } = wiring();
const path = `/v1/films/${filmId}`;

const kept = () =>
  new Responses({
    mostBytes: 1_000_000,
    reviseMs: 10_000,
    standInMs: 3_600_000,
    isOutage,
    now: clock.now,
  });

async function house(more: ServiceSchema[] = []) {
  const films = actors();
  const breakers = new Breakers({
    ...{ failures: 3, share: 0.5, windowMs: 10_000, openMs: 5_000 },
    now: clock.now,
  });
  const contracts = [...actions, mine];
  const settings = { contracts, breakers, atOnce: 1_000, waits: [], now: clock.now };
  const broker = new ServiceBroker({
    nodeID: newId(),
    logger: false,
    middlewares: [
      resilience(settings) as never,
      clearing((on, actor) => {
        void tell({ emit: on.broadcast.bind(on) }, wrote, { actor });
      }) as never,
    ],
  });
  const responses = kept();
  const { server } = await openHouse({
    broker,
    contracts,
    responses,
    services: [...films.services, ...more],
    recognise: ({ headers }) => {
      const id = String(headers["x-user"] ?? "guest");
      return { id, role: id === "guest" ? "guest" : "viewer", door: "public" };
    },
  });
  return { broker, breakers, responses, films, ask: askAt(server) };
}

it("a hundred who ask at once are one question", async () => {
  const { films, ask } = await house();

  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(path)));

  expect(films.calls).toHaveLength(1);
  expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
});

it("what everybody may read is asked for as a guest, and says its age", async () => {
  const { films, ask } = await house();
  const at = Date.now();
  clock.set(() => at);
  await ask(path, { headers: { "x-user": "ann" } });

  clock.set(() => at + 12_345);
  const later = await ask(path);

  expect(films.calls.map(({ meta }) => meta.caller)).toEqual([
    { id: "guest", role: "guest", door: "public" },
  ]);
  expect(later.headers).toMatchObject({ age: "12", "cache-control": "public, max-age=60" });
  expect(later.headers.warning).toBeUndefined();
});

it("languages and addresses are kept apart, and 304 and compression work as ever", async () => {
  const { films, ask } = await house();

  await ask(path);
  await ask(path, { headers: { "accept-language": "ru" } });
  await ask("/v1/films?limit=1");
  await ask("/v1/films?limit=2");
  const { headers } = await ask(path);
  const known = await ask(path, { headers: { "if-none-match": String(headers.etag) } });

  expect(films.calls).toHaveLength(4);
  expect(known.status).toBe(304);
});

it("what is one's own is never another's", async () => {
  const notes: ServiceSchema = {
    name: "notes",
    actions: serve(mine, (ctx) => ({ of: ctx.meta.caller?.id })),
  };
  const { ask } = await house([notes]);
  const as = async (user: string) => (await ask("/v1/notes", { headers: { "x-user": user } })).json;

  expect(await as("ann")).toEqual({ of: "ann" });
  expect(await as("bob")).toEqual({ of: "bob" });
  expect(await as("ann")).toEqual({ of: "ann" });
  expect((await ask("/v1/notes")).status).toBe(401);
});

it("refusals are not kept", async () => {
  const { films, ask } = await house();
  films.get = () => {
    throw Object.assign(new Error("broken"), { code: 500 });
  };
  expect((await ask(path)).status).toBe(500);

  films.get = () => film();

  expect((await ask(path)).status).toBe(200);
});

describe("a write", () => {
  it("through any door of the node is seen at once", async () => {
    const { broker, responses, films, ask } = await house();
    const { server } = await openHouse({
      broker,
      door: "admin",
      responses,
      objects: await objectsIn(),
      started: false,
    });
    await broker.waitForServices("admin");
    await ask(path);
    films.get = () => film({ title: "New" });

    await askAt(server)(path, {
      method: "PATCH",
      headers: { ...bearer, "content-type": "application/json" },
      body: JSON.stringify({ version: 3, changes: {} }),
    });

    expect((await ask(path)).json.title).toBe("New");
  });

  it("of another node is told by an event", async () => {
    const { broker, films, ask } = await house();
    await ask(path);
    films.get = () => film({ title: "New" });

    await tell({ emit: broker.broadcast.bind(broker) }, wrote, { actor: "films" });

    expect((await ask(path)).json.title).toBe("New");
  });
});

describe("while films is down", () => {
  it("what is known is shown, with its age and a warning, until films is back", async () => {
    const { broker, breakers, films, ask } = await house();
    const at = Date.now();
    clock.set(() => at);
    await ask(path);
    const service = broker.getLocalService("films");
    if (service) await broker.destroyService(service);

    clock.set(() => at + 600_000);
    const stale = [await ask(path), await ask(path), await ask(path), await ask(path)];
    const unknown = await ask("/v1/films?limit=7");

    for (const { status, headers, json } of stale) {
      expect([status, json]).toEqual([200, film()]);
      expect(headers).toMatchObject({ age: "600", warning: expect.stringContaining("110") });
    }
    expect(breakers.of("films.get").state).toBe("open");
    expect(unknown.status).toBe(503);
    expect(unknown.headers["retry-after"]).toBeDefined();

    broker.createService(films.services[0] as ServiceSchema);
    await broker.waitForServices("films");
    films.get = () => film({ title: "Back" });
    clock.set(() => at + 604_000);
    expect((await ask(path)).headers.warning).toBeDefined();
    clock.set(() => at + 606_000);
    const back = await ask(path);

    expect(back.json.title).toBe("Back");
    expect(back.headers.warning).toBeUndefined();
    expect(breakers.of("films.get").state).toBe("closed");
  });
});
