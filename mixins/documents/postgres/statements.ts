/**
 * What is written, one statement each, so that it is done whole or not at all, in one round trip.
 * Unique values stand in a table of their own, one row each, as an index of PostgreSQL sees an array
 * as one value. Pure.
 */
import { keysIn, shown, type Tables } from "./sql.ts";

export interface Statement {
  /** For the log: `insert of 500`. */
  readonly what: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

export interface Row {
  body: Record<string, unknown>;
  outbox: unknown[] | null;
}

/** JSON holds no line break: many documents travel as lines, which costs less than an array. */
const lines = (number: number): string => `string_to_array($${number}, E'\\n', '')::jsonb[]`;

export function statementsOf(tables: Tables) {
  const { docs, outbox, unique, uniqueFields } = tables;
  const insert =
    `with given as (select * from unnest(${lines(1)}, ${lines(2)}) given(body, messages)), ` +
    `made as (insert into ${docs} (id, version, body) ` +
    "select body->>'id', (body->>'version')::int, body from given returning id, body), " +
    `told as (insert into ${outbox} (id, messages) ` +
    "select body->>'id', messages from given where messages is not null) " +
    `insert into ${unique} (field, value, id) select key.field, key.value, made.id ` +
    `from made, lateral ${keysIn(uniqueFields, "made.body")} key order by 1, 2`;

  const replace =
    `with old as (select body from ${docs} where id = $1 and version = $2 for update), ` +
    `had as (select key.* from old, lateral ${keysIn(uniqueFields, "old.body")} key), ` +
    `has as (select key.* from old, lateral ${keysIn(uniqueFields, "$3::jsonb")} key), ` +
    `gone as (delete from ${unique} key using (table had except table has) gone ` +
    "where key.id = $1 and key.field = gone.field and key.value = gone.value), " +
    `come as (insert into ${unique} (field, value, id) ` +
    "select field, value, $1 from (table has except table had) come order by 1, 2), " +
    `told as (insert into ${outbox} (id, messages) ` +
    "select $1, $4::jsonb from old where $4::jsonb is not null " +
    "on conflict (id) do update set messages = excluded.messages), " +
    `untold as (delete from ${outbox} using old where id = $1 and $4::jsonb is null) ` +
    `update ${docs} set version = ($3::jsonb->>'version')::int, body = $3::jsonb ` +
    "where id = $1 and exists (table old)";

  const remove =
    `with old as (delete from ${docs} where id = $1 and version = $2 returning body), ` +
    `gone as (delete from ${unique} key using old, lateral ${keysIn(uniqueFields, "old.body")} had ` +
    "where key.id = $1 and key.field = had.field and key.value = had.value), " +
    `untold as (delete from ${outbox} using old where id = $1) select 1 from old`;

  const byIds = `select ${shown(tables)} from ${docs} where id = any($1::text[])`;

  const pending =
    `select doc.body, told.messages as outbox from ${outbox} told join ${docs} doc using (id) ` +
    "where jsonb_path_exists(told.messages, " +
    "'$[*].message.time ? (@ <= $before)', jsonb_build_object('before', $1::text)) " +
    "order by told.id limit $2";

  // Locked before they are read: what came meanwhile stays.
  const clear =
    "with had as (select id, (select jsonb_agg(one order by at) " +
    "from jsonb_array_elements(messages) with ordinality rest(one, at) " +
    "where not one->'message'->>'id' = any($2::text[])) as rest " +
    `from ${outbox} where id = any($1::text[]) for update), ` +
    `gone as (delete from ${outbox} told using had where told.id = had.id and had.rest is null) ` +
    `update ${outbox} told set messages = had.rest from had ` +
    "where told.id = had.id and had.rest is not null";

  return {
    insert: (bodies: readonly string[], outboxes: readonly string[]): Statement => ({
      what: `insert of ${bodies.length}`,
      text: insert,
      values: [bodies.join("\n"), outboxes.join("\n")],
    }),
    replace: (id: string, version: number, body: string, outbox: string): Statement => ({
      what: "replace",
      text: replace,
      values: [id, version, body, outbox || null],
    }),
    remove: (id: string, version: number): Statement => ({
      what: "remove",
      text: remove,
      values: [id, version],
    }),
    byIds: (ids: readonly string[]): Statement => ({
      what: `look-up of ${ids.length}`,
      text: byIds,
      values: [ids],
    }),
    pending: (before: string, limit: number): Statement => ({
      what: "look for messages",
      text: pending,
      values: [before, limit],
    }),
    clear: (sent: ReadonlyMap<string, readonly string[]>): Statement => ({
      what: `clearing of ${sent.size}`,
      text: clear,
      // The ids of messages are unique: whose they are need not be said.
      values: [[...sent.keys()], [...sent.values()].flat()],
    }),
  };
}
