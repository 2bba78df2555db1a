/**
 * The connections to Redis, one of each role in a process, opened when first asked for: the cache may
 * go at any time, the store must keep what it is given. They may be the same server.
 */
import { once } from "node:events";
import { type Address, readAddress } from "../mixins/redis/address.ts";
import { type Client, openListener, openRedis } from "../mixins/redis/client.ts";
import { mustBeDurable } from "../mixins/redis/durable.ts";
import { Presence } from "../mixins/redis/presence.ts";
import { env } from "./env.ts";

/** A cache that does not answer within this is not there. */
const cacheMs = 100;
/** What is entrusted to the store is waited for a while. */
const storeMs = 3_000;

const opened = new Set<Client>();
const closing = new Set<() => void>();
const opening = <T extends Client>(client: T): T => {
  opened.add(client);
  return client;
};
const lately = new Map<string, number>();
const sayEveryMs = 30_000;

/** Trouble is told, not each time. */
function failed(variable: string): (error: Error) => void {
  return ({ message }) => {
    const now = Date.now();
    if (now - (lately.get(variable) ?? 0) < sayEveryMs) return;
    lately.set(variable, now);
    process.stderr.write(`The Redis of ${variable} is away: ${message}\n`);
  };
}

const memo = <T>(make: () => T): (() => T) => {
  let made: { it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
};
const addressOf = (url: string | undefined): Address | undefined =>
  url === undefined ? undefined : readAddress(url);

/** A disposable Redis, and whether it is there just now. */
export interface Cache {
  readonly client: Client;
  readonly presence: Presence;
}

/** Undefined where none is configured. */
export const cacheRedis = memo((): Cache | undefined => {
  const address = addressOf(env.doors.REDIS_URL);
  if (!address) return undefined;
  const settings = { answerMs: cacheMs, failed: failed("REDIS_URL") };
  const client = opening(openRedis(address, settings));
  const presence = new Presence(client);
  closing.add(() => presence.close());
  return { client, presence };
});

/** For hearing what others publish at the cache. */
export const listeningRedis = memo((): Client | undefined => {
  const address = addressOf(env.doors.REDIS_URL);
  return address && opening(openListener(address, { failed: failed("REDIS_URL") }));
});

export interface Store {
  readonly client: Client;
  /** Resolves when it is there, and is known to keep what it is given. @throws NotDurable */
  ready(): Promise<void>;
}

/** Undefined where none is configured. */
export const storeRedis = memo((): Store | undefined => {
  const address = addressOf(env.documents.REDIS_STORE_URL);
  if (!address) return undefined;
  const settings = { answerMs: storeMs, failed: failed("REDIS_STORE_URL") };
  const client = opening(openRedis(address, settings));
  let checked: Promise<void> | undefined;
  const check = async () => {
    if (client.status !== "ready") {
      await once(client, "ready", { signal: AbortSignal.timeout(storeMs) });
    }
    await mustBeDurable(client);
  };
  const ready = () => {
    checked ??= check();
    checked.catch(() => {
      checked = undefined;
    });
    return checked;
  };
  return { client, ready };
});

export function closeRedis(): void {
  for (const close of closing) close();
  for (const client of opened) client.disconnect();
}
