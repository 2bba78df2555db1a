/**
 * The tables and indexes of a collection, made once: by one node under a lock while the others look
 * again. A server that has them all is only asked.
 */
import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { PoolClient } from "pg";
import { identifier, keysIn, literal, orderOf, type Tables, valuesIn } from "./sql.ts";

export interface Definition {
  name: string;
  /** Makes the index of that name. */
  text: string;
}

/** Building may take as long as it takes, within reason. */
const buildMs = 3_600_000;
const pauseMs = 100;
/** PostgreSQL's locks of its users are numbers. */
const lock = "hashtextextended('bijou documents ' || $1, 0)";

/** At most 63 bytes, and another name for another definition. */
function named(table: string, what: string, text: string): Definition {
  const mark = createHash("sha256").update(text).digest("hex").slice(0, 8);
  const name = `${`${table}_${what}`.replace(/[^\w]/g, "_").slice(0, 50)}_${mark}`;
  return { name, text: `create index if not exists ${identifier(name)} on ${text}` };
}

/** The indexes beside the primary keys. */
export function indexesOf({ name, docs, plainFields, sortFields }: Tables): Definition[] {
  return [
    ...plainFields.map((field) =>
      // Its list of waiting entries would be read through by every look-up.
      named(
        name,
        field,
        `${docs} using gin ((${valuesIn(field)}) jsonb_path_ops) with (fastupdate = off)`,
      ),
    ),
    ...sortFields.map((field) =>
      named(name, field, `${docs} (${[...orderOf(field), "id"].join(", ")})`),
    ),
  ];
}

const filled = (fields: readonly string[]) =>
  `(values ${fields.map((field) => `(${literal(field)})`).join(", ")}) f(field)`;

/** Makes what is missing. @throws what the server says, 23505 where a unique value is there twice */
export async function prepare(client: PoolClient, tables: Tables): Promise<void> {
  while (!(await isComplete(client, tables))) {
    await client.query("begin");
    const { rows } = await client.query(`select pg_try_advisory_xact_lock(${lock}) as mine`, [
      tables.schema,
    ]);
    if (rows[0].mine) await make(client, tables);
    await client.query("commit");
    if (!rows[0].mine) await setTimeout(pauseMs);
  }
}

async function isComplete(client: PoolClient, tables: Tables): Promise<boolean> {
  const { schema, name, outbox, unique, uniqueFields } = tables;
  const there = await client.query(
    "select array_agg(indexname::text) as names, to_regclass($3) as outbox " +
      "from pg_indexes where schemaname = $1 and tablename = $2",
    [schema, name, outbox],
  );
  const names: string[] = there.rows[0].names ?? [];
  if (!indexesOf(tables).every((index) => names.includes(index.name))) return false;
  if (there.rows[0].outbox === null || (await hasOldOutbox(client, tables))) return false;
  // The mark of a field whose values are all there: see below.
  const marks = await client.query(
    `select count(*)::int as count from ${unique} where field = '' and value = any($1::text[])`,
    [uniqueFields],
  );
  return marks.rows[0].count === uniqueFields.length;
}

/** Whether messages still lie in the rows of the documents, as they once did. */
async function hasOldOutbox(client: PoolClient, { schema, name }: Tables): Promise<boolean> {
  const { rowCount } = await client.query(
    "select from information_schema.columns " +
      "where table_schema = $1 and table_name = $2 and column_name = 'outbox'",
    [schema, name],
  );
  return rowCount !== 0;
}

/** The documents that were there before a field was unique are entered for it. */
async function make(client: PoolClient, tables: Tables): Promise<void> {
  const { schema, docs, outbox, unique, uniqueFields } = tables;
  await client.query("set local statement_timeout = 0");
  await client.query("set local enable_seqscan = on");
  const moved = [
    `lock table ${docs} in access exclusive mode`,
    `insert into ${outbox} (id, messages) select id, outbox from ${docs} where outbox is not null`,
    `alter table ${docs} drop column outbox`,
  ];
  const all = [
    `create schema if not exists ${identifier(schema)}`,
    `create table if not exists ${docs} (id text collate "C" primary key, ` +
      // To press documents of a few KiB together would cost more than all else of a write.
      "version integer not null, body jsonb not null) with (toast_tuple_target = 8160)",
    `create table if not exists ${outbox} (id text collate "C" primary key, messages jsonb not null)`,
    `create table if not exists ${unique} (field text collate "C" not null, ` +
      'value text collate "C" not null, id text collate "C" not null, primary key (field, value))',
    ...((await hasOldOutbox(client, tables)) ? moved : []),
    ...indexesOf(tables).map(({ text }) => text),
    `lock table ${docs} in share row exclusive mode`,
    `insert into ${unique} (field, value, id) select key.field, key.value, doc.id ` +
      `from ${docs} doc, lateral ${keysIn(uniqueFields, "doc.body")} key ` +
      `where not exists (select from ${unique} mark where mark.field = '' and mark.value = key.field)`,
    `insert into ${unique} (field, value, id) select '', f.field, '' from ${filled(uniqueFields)} ` +
      "on conflict do nothing",
  ];
  for (const text of all) {
    await client.query({ text, query_timeout: buildMs } as { text: string });
  }
}
