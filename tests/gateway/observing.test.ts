/** What a node tells of itself, and what it never tells. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { type AccessLog, accessLog } from "../../mixins/observing/access-log.ts";
import { Metrics } from "../../mixins/observing/metrics.ts";
import { nodePort } from "../../mixins/observing/node-port.ts";
import { newId } from "../../services/shared/ids.ts";
import { actors, filmId } from "./actors.ts";
import { askAt, closeHouses, openHouse } from "./house.ts";

const folder = mkdtempSync(join(tmpdir(), "bijou-observing-"));
process.env.DATA_DIR = folder;
const { observing } = await import("../../services/gateway/opening.ts");
const { closeAccessLog, metrics } = await import("../../config/observing.ts");
const { responses } = await import("../../config/cache.ts");
afterAll(async () => {
  await closeHouses();
  rmSync(folder, { recursive: true });
});

const canary = "canary-5d1f9a";
const logFile = join(folder, "logs", "access.log");
const linesOf = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const lines = () => linesOf(logFile);

it("a secret of a header, body, query or path stands in no log, cache or registry", async () => {
  const told: string[] = [];
  const broker = new ServiceBroker({
    nodeID: newId(),
    logger: false,
    middlewares: [
      {
        newLogEntry(_type: string, args: unknown[]) {
          told.push(
            args.map((one) => (typeof one === "object" ? JSON.stringify(one) : one)).join(),
          );
          told.push(args.map(String).join());
        },
      } as never,
    ],
  });
  const films = actors();
  const { server } = await openHouse({
    broker,
    services: films.services,
    responses,
    answered: observing("public"),
  });
  const ask = askAt(server);
  films.get = () => {
    throw new Error("The actor broke.");
  };
  const headers = { authorization: `Bearer ${canary}`, cookie: canary, "x-api-key": canary };
  const body = JSON.stringify({ password: canary });
  const json = { "content-type": "application/json", "idempotency-key": canary };

  await ask(`/v1/films/${filmId}`);
  await ask(`/v1/films?limit=${canary}`, { headers });
  await ask(`/v1/films/${filmId}?token=${canary}`);
  await ask(`/reset/${canary}?token=${canary}`, { headers });
  await ask("/v1/films", { method: "POST", headers: { ...headers, ...json }, body });
  await closeAccessLog();

  expect(lines().length).toBeGreaterThanOrEqual(5);
  expect(readFileSync(logFile, "utf8")).not.toContain(canary);
  expect(told.join("\n")).toContain("The actor broke.");
  expect(told.join("\n")).not.toContain(canary);
  expect(await metrics.text()).not.toContain(canary);
  const { registry } = broker as unknown as { registry: { getServiceList(o: object): unknown } };
  expect(JSON.stringify(registry.getServiceList({ withActions: true }))).not.toContain(canary);
  expect(responses.size).toBe(0);
});

it("knows that somebody reads just now: no probe does, nor who is refused", async () => {
  const { services } = actors();
  const { server } = await openHouse({ services, answered: observing("public") });
  const ask = askAt(server);
  await pause(1_050);

  for (const path of ["/livez", "/readyz", "/nowhere", "/v1/films?limit=x"]) await ask(path);
  expect(metrics.isRead).toBe(false);

  await ask(`/v1/films/${filmId}`);
  expect(metrics.isRead).toBe(true);

  await pause(1_050);
  expect(metrics.isRead).toBe(false);
});

it("a line has the fields of the common schema", async () => {
  const file = join(folder, "one.log");
  const log = accessLog(file);
  const seen = { door: "public", id: "r1", trace: "t1", method: "GET", status: 200 };
  log.write({
    ...seen,
    ...{ route: "/v1/films/:id", path: "/v1/films/7", seconds: 0.0015 },
    ...{ address: "192.0.2.7", user: "ann" },
  });
  await log.flush();

  expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
    "@timestamp": expect.stringMatching(/^\d{4}-.*Z$/),
    "ecs.version": expect.any(String),
    "log.level": "info",
    "service.name": "bijou",
    "event.dataset": "bijou.access",
    "event.duration": 1_500_000,
    "http.request.id": "r1",
    "http.request.method": "GET",
    "http.response.status_code": 200,
    "http.route": "/v1/films/:id",
    "trace.id": "t1",
    "url.path": "/v1/films/7",
    "client.ip": "192.0.2.7",
    "user.id": "ann",
    "labels.door": "public",
  });
});

describe("a log that has grown too large", () => {
  const writeTo = async (log: AccessLog, [from, to]: readonly [number, number]) => {
    const seen = { door: "public", trace: "t1", method: "GET", status: 200, route: "/", path: "/" };
    for (let i = from; i < to; i++) {
      log.write({ ...seen, id: `r${i}`, seconds: 1, address: "192.0.2.7", user: undefined });
      if (i % 100 === 0) await pause(1);
    }
  };
  const ids = (file: string) => linesOf(file).map((line) => line["http.request.id"]);

  it("becomes its own predecessor, and no line is lost", async () => {
    const file = join(folder, "large.log");
    const log = accessLog(file, 70_000);
    await writeTo(log, [0, 400]);
    while (!existsSync(`${file}.1`)) await pause(5);
    await writeTo(log, [400, 450]);
    await log.flush();

    expect([...ids(`${file}.1`), ...ids(file)]).toEqual(
      Array.from({ length: 450 }, (_, i) => `r${i}`),
    );
  });

  it("goes on where it cannot", async () => {
    const file = join(folder, "stuck.log");
    mkdirSync(`${file}.1`);
    const log = accessLog(file, 70_000);
    await writeTo(log, [0, 900]);
    await log.flush();

    expect(ids(file)).toHaveLength(900);
  });
});

describe("a node's own port", () => {
  const get = (url: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const req = request(url, { agent: false }, (res) => {
        let text = "";
        res.on("data", (piece) => {
          text += piece;
        });
        res.on("end", () => resolve({ status: res.statusCode ?? 0, text }));
      });
      req.on("error", reject).end();
    });

  async function node(settings: { port?: number; yields?: boolean } = {}) {
    const figures = new Metrics();
    const own = nodePort({
      host: "127.0.0.1",
      port: 0,
      yields: false,
      metrics: figures,
      ...settings,
    });
    let leave: () => void = () => {};
    const slow: ServiceSchema = {
      name: "slow",
      stopped: () => new Promise<void>((resolve) => (leave = resolve)),
    };
    const broker = new ServiceBroker({
      nodeID: newId(),
      logger: false,
      middlewares: [own as never],
    });
    broker.createService(slow);
    await broker.start();
    return { broker, figures, url: String(own.url), leave: () => leave() };
  }

  it("answers the probes and the figures of a node without a door, until it stops", async () => {
    const { broker, figures, url, leave } = await node();
    figures.request("public", "GET", "/v1/films/:id", 200, 0.004);

    const text = (await get(`${url}/metrics`)).text;
    expect((await get(`${url}/livez`)).status).toBe(200);
    expect((await get(`${url}/readyz`)).status).toBe(200);
    expect((await get(`${url}/v1/films`)).status).toBe(404);
    expect(text).toContain("nodejs_eventloop_lag_seconds");
    expect(text).toMatch(
      /http_request_duration_seconds_bucket\{le="0.005",door="public",method="GET",route="\/v1\/films\/:id",status="200"\} 1/,
    );

    const stopped = broker.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await get(`${url}/readyz`)).status).toBe(503);
    expect((await get(`${url}/livez`)).status).toBe(200);
    leave();
    await stopped;
    await expect(get(`${url}/livez`)).rejects.toThrow();
  });

  it("gives way where its port is taken and nobody asked for it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };

    const { broker, url, leave } = await node({ port, yields: true });

    expect((await get(`${url}/livez`)).status).toBe(200);
    const stopped = broker.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
    leave();
    await stopped;
    other.close();
  });
});

it("a trace goes on through the door to the actor, and back", async () => {
  const films = actors();
  const { server } = await openHouse({ services: films.services });
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  const { headers } = await askAt(server)(`/v1/films/${filmId}`, { headers: { traceparent } });

  expect(headers.traceparent).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-/);
  expect(films.calls[0]?.meta.traceparent).toBe(headers.traceparent);
  expect(existsSync(logFile)).toBe(true);
});
