/**
 * A house of four processes over one NATS, as `startHouse` starts one of one: the doors; accounts
 * and catalogue; the catalogue again; accounts again. Everything that they share is on the engines
 * that the environment names, under a namespace of its own that goes with the house.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { MongoClient } from "mongodb";
import { connect } from "nats";
import pg from "pg";
import { allActors, chooseActors } from "../../config/actors.ts";
import { natsOptions } from "../../mixins/cluster/nats-options.ts";
import { urlOf } from "../infra/engine-urls.ts";
import { type Started, startNode } from "./process.ts";

/** What keeps the documents. */
type Engine = "postgres" | "mongo";
type Variables = Record<string, string>;

/** Letters without a mail server are kept by one node. */
const nodes = {
  doors: "gateway",
  one: "accounts,access,catalog,imports,operations",
  two: "catalog,imports,operations",
  three: "accounts,!accounts/mail,access",
} as const;
export type NodeName = keyof typeof nodes;

/** The actors of a node, as `catalog/films`. */
export const actorsOf = (name: NodeName): string[] =>
  chooseActors(nodes[name], [...allActors().keys()]).chosen;

export interface Four {
  readonly namespace: string;
  readonly token: string;
  readonly publicUrl: string;
  readonly adminUrl: string;
  readonly nodes: Readonly<Record<NodeName, Started>>;
  /** The doors of the first node, by name. */
  readonly doors: Readonly<Record<string, string>>;
  /** Starts a node again, or one more of the same under another name. */
  start(name: NodeName, as?: string): Started;
  /** Stops all, and removes what they kept on the engines. */
  stop(): Promise<void>;
}

const databaseOf = (url: URL, name: string): string =>
  Object.assign(new URL(url), { pathname: `/${name}` }).href;

/** Whoever needs an engine says so, rather than passing without it. */
function shared(engine: Engine, namespace: string): Variables {
  const url = (name: string, what: string) => urlOf(name, what).href;
  return {
    NAMESPACE: namespace,
    DOCUMENTS: "",
    NATS_URL: url("NATS_URL", "NATS with JetStream"),
    REDIS_URL: url("REDIS_URL", "Redis"),
    S3_ENDPOINT: url("S3_ENDPOINT", "an S3 server").replace(/\/$/, ""),
    S3_BUCKET: namespace,
    // The database of the address would be everybody's.
    MONGO_URL: engine === "mongo" ? databaseOf(urlOf("MONGO_URL", "MongoDB"), namespace) : "",
    POSTGRES_URL: engine === "postgres" ? url("POSTGRES_URL", "PostgreSQL") : "",
    REDIS_STORE_URL: "",
    ELASTIC_URL: url("ELASTIC_URL", "Elasticsearch"),
    HOUSE_SECRET: `the secret of ${namespace}`.padEnd(32, "."),
    ADMIN_TOKEN: `the-token-of-${namespace}`,
    ARGON2_MEMORY_KIB: "8192",
    ARGON2_PASSES: "1",
    RATE_PER_ADDRESS: "1000000",
  };
}

/**
 * @param folder under which each node has its own
 * @param by what keeps the documents: postgres or mongo
 * @param config of the processes, where it is not the house's own
 */
export async function startFour(
  folder: string,
  by: string,
  more: Variables = {},
  config?: string,
): Promise<Four> {
  if (by !== "postgres" && by !== "mongo") throw new Error(`TOPOLOGY=${by}: postgres or mongo.`);
  const engine: Engine = by;
  const namespace = `test-${randomUUID().slice(0, 8)}`;
  const variables = { ...shared(engine, namespace), ...more };
  await bucket(namespace, "make");
  const running = new Set<Started>();
  const start = (name: NodeName, as: string = name): Started => {
    const own = { SERVICES: nodes[name], NODE_ID: as, DATA_DIR: join(folder, as) };
    // One port that was asked for is not for all.
    const port: Variables = name === "doors" ? {} : { NODE_PORT: "0" };
    const node = startNode({ ...variables, ...own, ...port }, config);
    running.add(node);
    void node.gone().then(() => running.delete(node));
    return node;
  };
  const stop = async () => {
    await Promise.all([...running].map((node) => node.stop()));
    await forget(namespace, engine);
  };
  try {
    const [doors, one, two, three] = [start("doors"), start("one"), start("two"), start("three")];
    const opened = await Promise.all([doors, one, two, three].map((node) => node.opened()));
    const { public: publicUrl = "", admin: adminUrl = "" } = opened[0] ?? {};
    const four: Four = {
      ...{ namespace, token: variables.ADMIN_TOKEN ?? "", publicUrl, adminUrl, start, stop },
      nodes: { doors, one, two, three },
      doors: opened[0] ?? {},
    };
    await everybodyKnows(four);
    return four;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Announcements take a moment: the doors know of all actors when their registry says so. */
async function everybodyKnows({ adminUrl, token }: Four): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  for (;;) {
    const answer = await fetch(`${adminUrl}/v1/nodes`, { headers });
    const { items = [] } = (await answer.json()) as { items?: { services: string[] }[] };
    if (items.filter(({ services }) => services.length > 0).length === 4) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Removes what the nodes of a namespace kept on the engines. */
export async function forget(namespace: string, engine: Engine): Promise<void> {
  await bucket(namespace, "remove");
  const nc = await connect(natsOptions({ servers: [urlOf("NATS_URL", "NATS").href] }, "tests"));
  const jsm = await nc.jetstreamManager();
  for await (const name of jsm.streams.names()) {
    if (name.startsWith(`${namespace}_`)) await jsm.streams.delete(name);
  }
  await nc.close();
  await indices(namespace);
  if (engine === "postgres") {
    const client = new pg.Client(urlOf("POSTGRES_URL", "PostgreSQL").href);
    await client.connect();
    await client.query(`drop schema if exists "${namespace}" cascade`);
    await client.end();
  } else {
    const client = await MongoClient.connect(urlOf("MONGO_URL", "MongoDB").href);
    await client.db(namespace).dropDatabase();
    await client.close();
  }
}

async function indices(prefix: string): Promise<void> {
  const { origin, username, password } = urlOf("ELASTIC_URL", "Elasticsearch");
  const headers = username ? { authorization: `Basic ${btoa(`${username}:${password}`)}` } : {};
  const answer = await fetch(`${origin}/_cat/indices/${prefix}*?h=index`, { headers });
  for (const name of (await answer.text()).split("\n").filter(Boolean)) {
    await fetch(`${origin}/${name}`, { method: "DELETE", headers });
  }
}

async function bucket(Bucket: string, what: "make" | "remove"): Promise<void> {
  const { S3_REGION: region = "us-east-1", S3_ACCESS_KEY = "", S3_SECRET_KEY = "" } = process.env;
  const client = new S3Client({
    region,
    endpoint: urlOf("S3_ENDPOINT", "an S3 server").href,
    credentials: { accessKeyId: S3_ACCESS_KEY, secretAccessKey: S3_SECRET_KEY },
    forcePathStyle: true,
  });
  if (what === "make") await client.send(new CreateBucketCommand({ Bucket }));
  else await emptied(client, Bucket).catch(ifMissing);
  client.destroy();
}

/** A house that was never asked for an object has made no bucket. */
function ifMissing(error: Error): void {
  if (error.name !== "NoSuchBucket") throw error;
}

async function emptied(client: S3Client, Bucket: string): Promise<void> {
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    if (Contents.length === 0) break;
    const Objects = Contents.map(({ Key = "" }) => ({ Key }));
    await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}
