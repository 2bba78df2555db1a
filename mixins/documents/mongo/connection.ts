/**
 * The one connection of a process, by moleculer-db-adapter-mongoose: Mongoose's default one, with its
 * pool. The first engine that opens connects; the last that closes disconnects. Away later, the
 * driver looks for the server by itself and for ever.
 */
import Adapter from "moleculer-db-adapter-mongoose";
import mongoose, { type ConnectOptions } from "mongoose";
import { rowsOf } from "./rows.ts";

/** A server that is away or frozen is an outage within these, milliseconds. */
const selectionMs = 2_500;
const answerMs = 6_000;

/** What an operator may set in the URL stands there instead. */
const preset: ConnectOptions = {
  appName: "bijou",
  maxPoolSize: 20,
  serverSelectionTimeoutMS: selectionMs,
  waitQueueTimeoutMS: selectionMs,
  connectTimeoutMS: selectionMs,
  heartbeatFrequencyMS: 2_000,
  socketTimeoutMS: answerMs,
};
/** An acknowledged write survives whatever happens to the primary. */
const always: ConnectOptions = {
  w: "majority",
  journal: true,
  wtimeoutMS: answerMs,
  // A store reads what it has written.
  readPreference: "primary",
  ignoreUndefined: true,
  autoIndex: false,
  autoCreate: false,
};

/** `mongodb://user:password@a,b,c/database?…`: the database, if it names one. */
const named = /^mongodb(?:\+srv)?:\/\/[^/?]+\/[^?]/;

export interface MongoServer {
  url: string;
  /** Where the URL names none. */
  database: string;
  warn(text: string): void;
}

function optionsOf({ url, database }: MongoServer): ConnectOptions {
  const said = new URLSearchParams(url.split("?")[1] ?? "");
  const names = new Set([...said.keys()].map((name) => name.toLowerCase()));
  const rest = Object.entries(preset).filter(([name]) => !names.has(name.toLowerCase()));
  const dbName = named.test(url) ? {} : { dbName: database };
  return { ...Object.fromEntries(rest), ...always, ...dbName };
}

interface Logger {
  info(text: string): void;
  warn(text: string): unknown;
  error(text: string, error: unknown): void;
}

let users = 0;
let adapter: Promise<Adapter<mongoose.Document>> | undefined;
let closing: Promise<void> = Promise.resolve();

async function connect(server: MongoServer) {
  const { url, warn } = server;
  await closing;
  const made = new Adapter<mongoose.Document>(url, optionsOf(server));
  const logger: Logger = {
    info: () => undefined,
    // That we have left ourselves is no news.
    warn: (text) => users > 0 && warn(text),
    error: (text, error) => warn(`${text} ${error}`),
  };
  const service = { schema: { model: rowsOf("batches") }, settings: {}, logger };
  made.init(undefined as never, service as never);
  try {
    await made.connect();
  } catch (error) {
    // The adapter keeps the reason to itself; the connection tells it.
    await mongoose.connection.asPromise();
    throw error;
  }
  return made;
}

/** @throws what the driver says when it cannot connect */
export async function join(server: MongoServer): Promise<void> {
  users++;
  adapter ??= connect(server);
  const mine = adapter;
  try {
    await mine;
  } catch (error) {
    users--;
    if (adapter === mine) adapter = undefined;
    throw error;
  }
}

export async function leave(): Promise<void> {
  if (--users > 0) return;
  const last = adapter;
  adapter = undefined;
  closing = (async () => (await last)?.disconnect())();
  await closing;
}
