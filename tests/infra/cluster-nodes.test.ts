/** The operator's list of nodes follows them as they come, go and vanish. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type NatsServer, natsServer } from "../cluster/nats.ts";
import { type Started, startNode } from "../cluster/process.ts";
import { until } from "../house/soon.ts";

const folder = await mkdtemp(join(tmpdir(), "bijou-nodes-"));
const ADMIN_TOKEN = "the-token-of-whoever-looks-on";
const NAMESPACE = `test-${randomUUID().slice(0, 8)}`;
let nats: NatsServer;
const running = new Set<Started>();
beforeAll(async () => {
  nats = await natsServer();
  await nats.start();
});
afterAll(async () => {
  await Promise.all([...running].map((node) => node.stop("SIGKILL")));
  await nats.close();
  await rm(folder, { recursive: true, force: true });
});

const start = (NODE_ID: string, SERVICES: string): Started => {
  const engines = "POSTGRES_URL MONGO_URL REDIS_URL REDIS_STORE_URL ELASTIC_URL S3_ENDPOINT";
  const none = Object.fromEntries(engines.split(" ").map((name) => [name, ""]));
  const s3 = { S3_REGION: "", S3_BUCKET: "", S3_ACCESS_KEY: "", S3_SECRET_KEY: "" };
  const own = { NODE_ID, SERVICES, DATA_DIR: join(folder, NODE_ID), NATS_URL: nats.url };
  const node = startNode({ ...none, ...s3, DOCUMENTS: "", ADMIN_TOKEN, NAMESPACE, ...own });
  running.add(node);
  return node;
};

test("a node is listed when it comes, with its actors, and not when it has gone or was killed", async () => {
  const doors = start("doors", "gateway/admin,operations/registry");
  const { admin } = await doors.opened();
  const seen = async () => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
    const { items } = (await (await fetch(`${admin}/v1/nodes`, { headers })).json()) as {
      items: { id: string; available: boolean; services: string[] }[];
    };
    return Object.fromEntries(
      items.filter(({ available }) => available).map(({ id, services }) => [id, services]),
    );
  };
  expect(Object.keys(await seen())).toEqual(["doors"]);

  const films = start("films", "catalog/films,operations/breakers");
  const other = start("other", "operations/registry,operations/breakers");
  await Promise.all([films.opened(), other.opened()]);
  await until(async () => Object.keys(await seen()).length === 3, "both are listed");
  expect((await seen()).films).toEqual(["breakers", "films"]);

  await films.stop();
  await until(async () => (await seen()).films === undefined, "who stopped is gone");
  await other.stop("SIGKILL");
  // It is asked for its uptime, and nobody hears it.
  await until(async () => (await seen()).other === undefined, "who was killed is gone", 5_000);
  const again = start("films", "catalog/films");
  await again.opened();
  await until(async () => (await seen()).films?.includes("films") === true, "it is back");
}, 60_000);
