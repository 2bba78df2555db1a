/** Nodes that keep data of their own beside each other; and nodes that wait for NATS. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { natsServer } from "../cluster/nats.ts";
import { type Started, startNode } from "../cluster/process.ts";
import { freePort } from "../house/ports.ts";
import { until } from "../house/soon.ts";

/** Of its own: the streams that nodes declare go with it. */
const shared = await natsServer();
beforeAll(() => shared.start());
const folder = await mkdtemp(join(tmpdir(), "bijou-household-"));
const running = new Set<Started>();
afterEach(async () => {
  await Promise.all([...running].map((node) => node.stop("SIGKILL")));
  running.clear();
});
afterAll(async () => {
  await shared.close();
  await rm(folder, { recursive: true, force: true });
});

/** None of the engines but NATS. */
const embedded = Object.fromEntries(
  "POSTGRES_URL MONGO_URL REDIS_URL REDIS_STORE_URL ELASTIC_URL S3_ENDPOINT S3_REGION S3_ACCESS_KEY S3_SECRET_KEY S3_BUCKET"
    .split(" ")
    .map((name) => [name, ""]),
);

function cluster(url = shared.url) {
  const NAMESPACE = `test-${randomUUID().slice(0, 8)}`;
  return (id: string, more: Record<string, string>): Started => {
    const where = { NATS_URL: url, NAMESPACE, NODE_ID: id, DATA_DIR: join(folder, NAMESPACE, id) };
    const node = startNode({ ...embedded, ...where, ...more });
    running.add(node);
    return node;
  };
}

test("a second node that keeps films of its own leaves, and says what to set", async () => {
  const start = cluster();
  const first = start("first", { SERVICES: "catalog" });
  await first.opened();

  const second = start("second", { SERVICES: "catalog" });

  expect(await second.gone()).toBe(78);
  expect(second.said()).toMatch(/first and second each keep/);
  expect(second.said()).toMatch(/documents \(.*films.*\): set POSTGRES_URL or MONGO_URL/);
  expect(second.said()).toMatch(/search \(.*\): set ELASTIC_URL/);
  expect(first.child.exitCode).toBeNull();
});

test("of two that start at once exactly one leaves", async () => {
  const start = cluster();

  const both = [
    start("one", { SERVICES: "catalog/people" }),
    start("two", { SERVICES: "catalog/people" }),
  ];
  await Promise.race(both.map((node) => node.gone()));
  await wait(3_000);

  expect(both.map(({ child }) => child.exitCode).filter((code) => code !== null)).toEqual([78]);
});

test("nodes that keep different things live together", async () => {
  const start = cluster();
  const data = start("data", {
    SERVICES: "accounts,access,operations",
    ADMIN_TOKEN: "x".repeat(24),
  });
  await data.opened();

  const mute = start("mute", { SERVICES: "operations/registry,operations/breakers" });
  await mute.opened();
  await wait(1_000);

  expect([data, mute].map(({ child }) => child.exitCode)).toEqual([null, null]);
});

test("two admin doors with tokens of their own cannot be one house", async () => {
  const start = cluster();
  const S3 = { S3_ENDPOINT: "http://127.0.0.1:9", S3_REGION: "x", S3_BUCKET: "media" };
  const keys = { S3_ACCESS_KEY: "access", S3_SECRET_KEY: "secret-secret" };
  const first = start("first", { SERVICES: "gateway/admin", ...S3, ...keys });
  await first.opened();

  const second = start("second", { SERVICES: "gateway/admin", ...S3, ...keys });

  expect(await second.gone()).toBe(78);
  expect(second.said()).toContain("tokens (operator-token): set ADMIN_TOKEN");
});

test("a node that would seal shared documents by a secret of its own does not start", async () => {
  const start = cluster();

  const node = start("one", { SERVICES: "access/keys", MONGO_URL: "mongodb://127.0.0.1:9/x" });

  expect(await node.gone()).toBe(78);
  expect(node.said()).toContain("HOUSE_SECRET is missing");
});

test("a node that starts while NATS is away lives, is not ready, says why, and opens later", async () => {
  const nats = await natsServer();
  const start = cluster(nats.url);
  const NODE_PORT = String(await freePort());

  const node = start("early", { SERVICES: "operations/registry", NODE_PORT });
  const status = (path: string) =>
    fetch(`http://127.0.0.1:${NODE_PORT}${path}`).then(
      (answer) => answer.status,
      () => 0,
    );
  await until(async () => (await status("/livez")) === 200, "it lives");
  await until(() => node.said().includes("NATS cannot be reached"), "it says why");
  const [lives, isReady] = [await status("/livez"), await status("/readyz")];
  await nats.start();
  await node.opened();

  expect([lives, isReady]).toEqual([200, 503]);
  expect(await status("/readyz")).toBe(200);
  await node.stop();
  await nats.close();
});
