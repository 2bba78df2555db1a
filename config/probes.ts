/**
 * Asks every server that an environment names whether it can be used, by the drivers of the actors:
 * for the doctor. Nothing is written, and nobody is waited for longer than some seconds.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import mongoose from "mongoose";
import { connect } from "nats";
import pg from "pg";
import { natsOptions } from "../mixins/cluster/nats-options.ts";
import { S3Line, type S3Settings } from "../mixins/objects/s3-line.ts";
import { isBucketThere } from "../mixins/objects/s3-sweep.ts";
import { readAddress } from "../mixins/redis/address.ts";
import { openRedis } from "../mixins/redis/client.ts";
import { mustBeDurable } from "../mixins/redis/durable.ts";
import { Server } from "../mixins/search/elastic/server.ts";
import type { Env } from "./environment.ts";
import { channelsEngine } from "./environment-channels.ts";
import { s3Of } from "./environment-objects.ts";
import { natsOf } from "./environment-transport.ts";

export interface Probe {
  /** The variable that names the server. */
  variable: string;
  /** Where it is, without secrets. */
  place: string;
  /** What it says of itself. @throws Error with why it is of no use */
  ask(): Promise<string>;
}

const patienceMs = 3_000;
/** A server that is frozen takes connections, and says nothing. */
const silent = "it does not answer";

/** Every server that is named, each once. */
export function probesOf(env: Env): Probe[] {
  const { MONGO_URL, POSTGRES_URL, REDIS_STORE_URL } = env.documents;
  const s3 = s3Of(env.objects);
  return [
    ...probe("NATS_URL", env.transport.NATS_URL?.join(), () => askNats(env)),
    ...probe("POSTGRES_URL", POSTGRES_URL, askPostgres),
    ...probe("MONGO_URL", MONGO_URL, askMongo),
    ...probe("REDIS_URL", env.doors.REDIS_URL, (url) => askRedis(url, false)),
    ...probe("REDIS_STORE_URL", REDIS_STORE_URL, (url) => askRedis(url, true)),
    ...probe("ELASTIC_URL", env.search.ELASTIC_URL, (url) => askElastic(url, env.search)),
    ...probe("S3_ENDPOINT", s3?.endpoint, () => askS3(s3 as S3Settings)),
  ];
}

function probe(
  variable: string,
  url: string | undefined,
  ask: (url: string) => Promise<string>,
): Probe[] {
  if (url === undefined) return [];
  const place = url.replace(/\/\/[^@/]*@/g, "//").replace(/\?.*/, "");
  return [{ variable, place, ask: () => inTime(ask(url)) }];
}

async function inTime<T>(asked: Promise<T>): Promise<T> {
  const over = wait(patienceMs + 1_000, undefined, { ref: false }).then(() => {
    throw new Error(silent);
  });
  return Promise.race([asked, over]);
}

async function askNats(env: Env): Promise<string> {
  const options = natsOptions(natsOf(env.transport), "bijou doctor");
  const single = { reconnect: false, waitOnFirstConnect: false, timeout: patienceMs };
  const connection = await connect({ ...options, ...single, ignoreAuthErrorAbort: false });
  try {
    const version = `NATS ${connection.info?.version}`;
    if (channelsEngine(env.channels, env.transport.NATS_URL) !== "jetstream") return version;
    const { streams } = await (
      await connection.jetstreamManager({ timeout: patienceMs })
    ).getAccountInfo();
    return `${version}, JetStream with ${streams} streams`;
  } finally {
    await connection.close();
  }
}

async function askPostgres(url: string): Promise<string> {
  const times = { connectionTimeoutMillis: patienceMs, query_timeout: patienceMs };
  const client = new pg.Client({ connectionString: url, ...times });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return `PostgreSQL ${rows[0]?.server_version}`;
  } finally {
    client.end().catch(() => undefined);
  }
}

async function askMongo(url: string): Promise<string> {
  const connection = mongoose.createConnection(url, {
    serverSelectionTimeoutMS: patienceMs,
    connectTimeoutMS: patienceMs,
    socketTimeoutMS: patienceMs,
  });
  try {
    await connection.asPromise();
    const { version } = (await connection.db?.command({ buildInfo: 1 })) ?? {};
    return `MongoDB ${version}`;
  } finally {
    connection.close(true).catch(() => undefined);
  }
}

async function askRedis(url: string, mustLast: boolean): Promise<string> {
  const address = readAddress(url);
  // The environment was refused before.
  if (!address) throw new Error("no address of a Redis");
  const client = openRedis(address, { answerMs: patienceMs, failed: () => undefined });
  try {
    const signal = AbortSignal.timeout(patienceMs);
    await once(client, "ready", { signal }).catch((error: Error) => {
      throw signal.aborted ? new Error(silent) : error;
    });
    if (mustLast) await mustBeDurable(client);
    return `Redis ${/^redis_version:(\S+)/m.exec(await client.info("server"))?.[1]}`;
  } finally {
    client.disconnect();
  }
}

async function askElastic(url: string, { ELASTIC_API_KEY, ELASTIC_CA }: Env["search"]) {
  const ca = ELASTIC_CA && readFileSync(ELASTIC_CA, "utf8");
  const server = new Server({ url, apiKey: ELASTIC_API_KEY, ca, askMs: patienceMs });
  try {
    const health = await server.ask((client, options) => client.cluster.health({}, options));
    const { cluster_name: name, status, number_of_nodes: count } = health;
    if (status === "red") throw new Error(`the cluster ${name} is red: see GET /_cluster/health`);
    return `Elasticsearch, cluster ${name} is ${status}, nodes: ${count}`;
  } finally {
    await server.close();
  }
}

async function askS3(settings: S3Settings): Promise<string> {
  const line = new S3Line({ ...settings, patienceMs });
  try {
    const isThere = await isBucketThere(line);
    return `bucket ${settings.bucket}${isThere ? "" : ", to be made at the first start"}`;
  } finally {
    line.close();
  }
}
