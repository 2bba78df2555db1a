/** Documents in the real PostgreSQL of POSTGRES_URL, in schemas of the tests' own. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { PostgresEngine } from "../../mixins/documents/postgres/engine.ts";
import { Server } from "../../mixins/documents/postgres/server.ts";
import { documentsContract } from "../documents/contract.ts";

const url = process.env.POSTGRES_URL;
if (!url) throw new Error("POSTGRES_URL is not set: start a PostgreSQL and name it there.");
const schema = `test_${randomBytes(6).toString("hex")}`;
const server = new Server({ url, connections: 5, slowMs: 10_000 });
const warnings: string[] = [];

async function wipe() {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`drop schema if exists ${schema} cascade`);
  await client.end();
}
afterAll(wipe);

documentsContract("PostgreSQL", {
  make: (of) => new PostgresEngine(of, { server, schema, warn: (text) => warnings.push(text) }),
  wipe,
});
