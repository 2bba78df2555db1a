/** The engines of a crash run: of its own, on loopback, each to be killed and started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";
import { natsServer } from "../cluster/nats.ts";
import { freePort } from "../house/ports.ts";
import { OwnPostgres } from "../infra/postgres-server.ts";

export interface Engine {
  readonly name: string;
  readonly env: Record<string, string>;
  start(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  remove(): Promise<void>;
}

export async function nats(): Promise<Engine> {
  const server = await natsServer();
  return {
    name: "nats",
    env: { NATS_URL: server.url },
    start: server.start,
    kill: () => server.kill("SIGKILL"),
    freeze: server.freeze,
    thaw: server.thaw,
    remove: server.close,
  };
}

export async function postgres(): Promise<Engine> {
  const server = await OwnPostgres.make();
  return {
    name: "postgres",
    env: { POSTGRES_URL: server.url, POSTGRES_CONNECTIONS: "5" },
    start: () => server.start(),
    kill: () => server.kill(),
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    remove: () => server.remove(),
  };
}

/** In both roles: append-only, on disk before it answers, never evicting. */
export async function redis(): Promise<Engine> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "bijou-redis-"));
  const url = `redis://127.0.0.1:${port}/0`;
  let child: ChildProcess | undefined;
  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  };
  return {
    name: "redis",
    env: { REDIS_URL: url, REDIS_STORE_URL: url },
    async start() {
      const options = {
        port: String(port),
        bind: "127.0.0.1",
        dir: folder,
        appendonly: "yes",
        appendfsync: "always",
        save: "",
        "maxmemory-policy": "noeviction",
      };
      const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
      child = spawn("redis-server", args, { stdio: "ignore" });
      const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
      client.on("error", () => undefined);
      // While it loads its log it answers with an error.
      while ((await client.ping().catch(() => "")) !== "PONG") await wait(50);
      client.disconnect();
    },
    kill,
    freeze: () => child?.kill("SIGSTOP"),
    thaw: () => child?.kill("SIGCONT"),
    async remove() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
