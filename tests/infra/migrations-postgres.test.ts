/** Migrations over the real PostgreSQL of POSTGRES_URL. */
import { randomBytes } from "node:crypto";
import pg from "pg";
import { PostgresEngine } from "../../mixins/documents/postgres/engine.ts";
import { Server } from "../../mixins/documents/postgres/server.ts";
import { migrationsContract } from "../migrations/contract.ts";
import { urlOf } from "./engine-urls.ts";

const url = urlOf("POSTGRES_URL", "a PostgreSQL").href;
const schema = `test_${randomBytes(6).toString("hex")}`;

async function wipe() {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(`drop schema if exists ${schema} cascade`);
  await client.end();
}
afterAll(wipe);

migrationsContract("PostgreSQL", {
  open: (of) => {
    const server = new Server({ url, connections: 2, slowMs: 60_000 });
    return new PostgresEngine(of, { server, schema, warn: () => undefined });
  },
  wipe,
});
