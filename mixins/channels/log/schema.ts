/**
 * The log's file: its tables and how it is opened.
 *
 * - `channels` their names, and how many messages the log holds of each
 * - `log` what was sent, in order, kept for the retention
 * - `groups` who reads: everything up to `floor` was taken from the log
 * - `pending` what a group took and has not done: running, waiting to be tried again or for its
 *   time, held back by an earlier message of its key
 * - `deadletters` what a group gave up, with a copy of the message
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ChannelError, logUnavailable } from "../errors.ts";

/** States of a pending message, as stored. */
export const state = { running: 0, retry: 1, delayed: 2, held: 3 } as const;

const format = 1;

const tables = `
  CREATE TABLE IF NOT EXISTS channels (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, held INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE IF NOT EXISTS log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, channel INTEGER NOT NULL, id TEXT NOT NULL,
    key TEXT NOT NULL, time INTEGER NOT NULL, not_before INTEGER NOT NULL,
    headers TEXT, body TEXT NOT NULL);
  CREATE UNIQUE INDEX IF NOT EXISTS log_by_id ON log (channel, id);
  CREATE INDEX IF NOT EXISTS log_by_channel ON log (channel, seq);
  CREATE TRIGGER IF NOT EXISTS log_more AFTER INSERT ON log
    BEGIN UPDATE channels SET held = held + 1 WHERE id = new.channel; END;
  CREATE TRIGGER IF NOT EXISTS log_less AFTER DELETE ON log
    BEGIN UPDATE channels SET held = held - 1 WHERE id = old.channel; END;
  CREATE TABLE IF NOT EXISTS groups (
    id INTEGER PRIMARY KEY, channel INTEGER NOT NULL, name TEXT NOT NULL,
    floor INTEGER NOT NULL DEFAULT 0, UNIQUE (channel, name));
  CREATE TABLE IF NOT EXISTS pending (
    grp INTEGER NOT NULL, seq INTEGER NOT NULL, key TEXT NOT NULL, state INTEGER NOT NULL,
    due INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, first_at INTEGER, error TEXT,
    PRIMARY KEY (grp, seq)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS pending_due ON pending (grp, due, seq) WHERE state IN (1, 2);
  CREATE INDEX IF NOT EXISTS pending_held ON pending (grp, key, seq) WHERE state = 3;
  CREATE TABLE IF NOT EXISTS deadletters (
    id TEXT PRIMARY KEY, grp INTEGER NOT NULL, seq INTEGER NOT NULL, message_id TEXT NOT NULL,
    key TEXT NOT NULL, time INTEGER NOT NULL, headers TEXT, body TEXT NOT NULL,
    error TEXT NOT NULL, attempts INTEGER NOT NULL, first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS deadletters_by_group ON deadletters (grp, id);
  PRAGMA user_version = ${format};
`;

const prepareFile = (db: DatabaseSync, path: string): void => {
  // What is deleted is gone from the file too: messages may tell of people.
  db.exec("PRAGMA journal_mode = WAL; PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON;");
  const found = Number(db.prepare("PRAGMA user_version").get()?.user_version);
  if (found > format) {
    throw new ChannelError(
      "LOG_TOO_NEW",
      `The channels' log ${path} has format ${found}; this version reads up to ${format}. ` +
        "Start the version that wrote it, or a newer one.",
    );
  }
  db.exec(tables);
};

/**
 * Opens the file, and makes it and its folder where they are missing. One process at a time may
 * have it open: the lock of the data folder sees to that.
 *
 * @throws ChannelError LOG_UNAVAILABLE, LOG_TOO_NEW
 */
export const openDatabase = (path: string): DatabaseSync => {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true });
    db = new DatabaseSync(path, { timeout: 1_000 });
    prepareFile(db, path);
    return db;
  } catch (cause) {
    db?.close();
    throw logUnavailable(path, cause);
  }
};
