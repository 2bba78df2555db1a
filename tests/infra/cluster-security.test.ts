/** Nodes that reach each other by TLS, certificates and passwords; and by Redis instead of NATS. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { natsServer } from "../cluster/nats.ts";
import { type Started, startNode } from "../cluster/process.ts";
import { until } from "../house/soon.ts";
import { certificate, key } from "../imports/certificate.ts";
import { urlOf } from "./engine-urls.ts";

const folder = await mkdtemp(join(tmpdir(), "bijou-security-"));
const pem = join(folder, "node.pem");
const keyFile = join(folder, "node.key");
const running = new Set<Started>();
beforeAll(async () => {
  await writeFile(pem, certificate);
  await writeFile(keyFile, key);
});
afterEach(async () => {
  await Promise.all([...running].map((node) => node.stop()));
  running.clear();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const none = Object.fromEntries(
  "NATS_URL POSTGRES_URL MONGO_URL REDIS_URL REDIS_STORE_URL ELASTIC_URL S3_ENDPOINT S3_REGION S3_ACCESS_KEY S3_SECRET_KEY S3_BUCKET DOCUMENTS"
    .split(" ")
    .map((name) => [name, ""]),
);
function start(NAMESPACE: string, NODE_ID: string, more: Record<string, string>): Started {
  const own = { NAMESPACE, NODE_ID, DATA_DIR: join(folder, NAMESPACE, NODE_ID) };
  const node = startNode({
    ...none,
    SERVICES: "operations/breakers,operations/registry",
    LOG_LEVEL: "info",
    ...own,
    ...more,
  });
  running.add(node);
  return node;
}
/** Two nodes so configured know each other. */
async function meet(more: Record<string, string>): Promise<void> {
  const name = `test-${randomUUID().slice(0, 8)}`;
  const [one, two] = [start(name, "one", more), start(name, "two", more)];
  await Promise.all([one.opened(), two.opened()]);
  await until(() => one.said().includes("Node 'two' connected"), "they know each other");
}

test("TLS, with a certificate of the node's own and a password", async () => {
  const tls = ["--tls", "--tlsverify", "--tlscert", pem, "--tlskey", keyFile, "--tlscacert", pem];
  const nats = await natsServer([...tls, "--user", "me", "--pass", "1a@b"]);
  await nats.start();

  await meet({
    NATS_URL: `tls://me:1a%40b@localhost:${nats.port}`,
    NATS_TLS_CA: pem,
    NATS_TLS_CERT: pem,
    NATS_TLS_KEY: keyFile,
  });
  await Promise.all([...running].map((node) => node.stop()));
  await nats.close();
});

test("a password that is wrong is waited out, and said", async () => {
  const nats = await natsServer(["--user", "me", "--pass", "right"]);
  await nats.start();

  const node = start("wrong", "one", { NATS_URL: `nats://me:wrong@127.0.0.1:${nats.port}` });
  await until(() => /NATS cannot be reached \(.*uthorization/.test(node.said()), "it says why");

  expect(node.child.exitCode).toBeNull();
  await nats.close();
});

test("of several servers one is enough", async () => {
  const nats = await natsServer();
  await nats.start();

  await meet({ NATS_URL: `nats://127.0.0.1:9,${nats.url}` });
  await Promise.all([...running].map((node) => node.stop()));
  await nats.close();
});

test("Redis carries calls too, where it is asked to", async () => {
  const REDIS_URL = urlOf("REDIS_URL", "a Redis").href;

  await meet({ TRANSPORT: "redis", REDIS_URL });
});
