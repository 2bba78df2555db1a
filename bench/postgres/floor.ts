/** The floor of an import into PostgreSQL: gunzip, parse, and COPY of each row as it is. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import pg from "pg";
import { from } from "pg-copy-streams";
import { newId } from "../../services/shared/ids.ts";

const [file = "", url = "", schema = ""] = process.argv.slice(2);
const client = new pg.Client(url);
await client.connect();
const table = `"${schema}".floor`;
await client.query(`create schema "${schema}"`);
await client.query(
  `create table ${table} (id text collate "C" primary key, version integer not null, body jsonb not null)`,
);
const begun = performance.now();

/** Lines of COPY's text format: a backslash stands for itself when doubled. */
async function* lines() {
  let some = "";
  for await (const line of createInterface({
    input: createReadStream(file).pipe(createGunzip()),
  })) {
    const body = JSON.stringify(JSON.parse(line)).replaceAll("\\", "\\\\");
    some += `${newId()}\t1\t${body}\n`;
    if (some.length < 65_536) continue;
    yield some;
    some = "";
  }
  yield some;
}
const copy = client.query(from(`copy ${table} (id, version, body) from stdin`));
await pipeline(Readable.from(lines()), copy);
const ms = performance.now() - begun;
const { rows } = await client.query(`select count(*)::int as count from ${table}`);
await client.query(`drop schema "${schema}" cascade`);
await client.end();
process.stdout.write(JSON.stringify({ ms, rows: rows[0].count }));
