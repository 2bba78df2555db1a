/** An embedded house moves into houses on real engines, and back: the same documents everywhere. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import mongoose from "mongoose";
import pg from "pg";
import type { Move } from "../../services/operations/move.contract.ts";
import { bijou } from "../cli/run.ts";
import { startFour } from "../cluster/topology.ts";
import { asked, closeAll, fill, folderFor, openHouse } from "../moving/houses.ts";

const given = (name: string): string => {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set: this needs PostgreSQL, MongoDB and S3, see .env.example.`);
};
const namespace = `moving-${randomUUID().slice(0, 8)}`;
const bucket = `bijou-${namespace}`;
const s3 = {
  S3_ENDPOINT: given("S3_ENDPOINT"),
  S3_REGION: given("S3_REGION"),
  S3_ACCESS_KEY: given("S3_ACCESS_KEY"),
  S3_SECRET_KEY: given("S3_SECRET_KEY"),
};

async function dropBucket(Bucket: string): Promise<void> {
  const credentials = { accessKeyId: s3.S3_ACCESS_KEY, secretAccessKey: s3.S3_SECRET_KEY };
  const { S3_ENDPOINT: endpoint, S3_REGION: region } = s3;
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  for (;;) {
    const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
    if (Contents.length === 0) break;
    for (const { Key } of Contents) await client.send(new DeleteObjectCommand({ Bucket, Key }));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
  client.destroy();
}

async function dropSchema(): Promise<void> {
  const client = new pg.Client({ connectionString: given("POSTGRES_URL") });
  await client.connect();
  await client.query(`DROP SCHEMA IF EXISTS "${namespace}" CASCADE`);
  await client.end();
}

async function dropDatabase(): Promise<void> {
  const line = await mongoose
    .createConnection(given("MONGO_URL"), { dbName: namespace })
    .asPromise();
  await line.dropDatabase();
  await line.close();
}

let file: string;
let made: Move;

beforeAll(async () => {
  const old = await openHouse();
  await fill(old);
  file = join(await folderFor("archive"), "house.tar");
  const { code, stdout, json } = await old.bijou("backup", file);
  if (code !== 0) throw new Error(stdout);
  made = json();
  await old.close();
}, 60_000);
afterAll(async () => {
  await closeAll();
  await dropSchema();
  await dropDatabase();
  for (const engine of ["postgres", "mongo"]) await dropBucket(`${bucket}-${engine}`);
}, 60_000);

test.each([
  ["postgres", "PostgreSQL and S3", { POSTGRES_URL: given("POSTGRES_URL") }],
  ["mongo", "MongoDB and S3", { MONGO_URL: given("MONGO_URL") }],
] as const)(
  "into a house on %2$s, and its backup is the same",
  async (engine, _, engines) => {
    const env = { NAMESPACE: namespace, ...s3, S3_BUCKET: `${bucket}-${engine}`, ...engines };
    const next = await openHouse(env);

    const { code, json } = await next.bijou("restore", file);
    const done: Move = json();

    expect([done.error, code, done.status]).toEqual([null, 0, "done"]);
    expect(done.collections.map(({ restored }) => restored)).toEqual(
      done.collections.map(({ content }) => content),
    );
    expect(done.objects).toEqual({ ...made.objects, kept: 0 });
    const found = await asked<{ total: number }>(next, "GET", "/v1/search?q=фильм%2017");
    expect(found.json.total).toBeGreaterThan(0);
    const back = await next.bijou("backup", join(await folderFor("back"), "house.tar"));
    expect(back.json()).toMatchObject({ status: "done", collections: made.collections });
    await next.close();
  },
  120_000,
);

test("into a house of four processes, whose backup is the same too", async () => {
  const four = await startFour(await folderFor("four"), "postgres");
  const folder = await folderFor("cli");
  const here = { cwd: folder, env: { BIJOU_TOKEN: four.token }, close: async () => {} };
  const at = (...argv: string[]) => bijou(here, [...argv, "--json", "--url", four.adminUrl]);
  try {
    const { code, json } = await at("restore", file);
    const done: Move = json();
    expect([done.error, code, done.status]).toEqual([null, 0, "done"]);
    for (const { documents, same } of done.collections) expect(same).toBe(documents);

    const twice = await Promise.all(["a.tar", "b.tar"].map((name) => at("backup", name)));

    // One at a time, whichever node is asked.
    expect(twice.map((one) => one.code).toSorted()).toEqual([0, 1]);
    const [won, lost] = twice.toSorted((a, b) => a.code - b.code);
    expect(won?.json()).toMatchObject({ status: "done", collections: made.collections });
    expect(lost?.json().error.type).toBe("MOVE_RUNNING");
  } finally {
    await four.stop();
  }
}, 180_000);
