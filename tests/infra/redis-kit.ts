/** Redis for tests: connections, and servers of a test's own, alone, with sentinels or as a cluster. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Cluster, Redis } from "ioredis";
import { readAddress } from "../../mixins/redis/address.ts";
import { type Client, openRedis } from "../../mixins/redis/client.ts";
import { freePort } from "../house/ports.ts";
import { certificate, key } from "../imports/certificate.ts";

/** A connection as the house makes it, once it is there. */
export async function connected(url: string, answerMs = 3_000): Promise<Client> {
  const address = readAddress(url);
  if (!address) throw new Error("That is no address of a Redis.");
  const client = openRedis(address, { answerMs, failed: () => undefined });
  if (client.status !== "ready")
    await once(client, "ready", { signal: AbortSignal.timeout(10_000) });
  return client;
}

/** Removes the keys of a pattern, on all nodes. */
export async function wiped(client: Client, pattern: string): Promise<void> {
  for (const node of client instanceof Cluster ? client.nodes("master") : [client]) {
    const keys = await node.keys(pattern);
    if (keys.length > 0) await Promise.all(keys.map((key) => node.del(key)));
  }
}

export interface Server {
  readonly port: number;
  readonly url: string;
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** Again, with what it has on disk. */
  start(): Promise<void>;
}

const folders: string[] = [];
const running = new Set<ChildProcess>();

/** Of servers, and of sentinels. */
const secret = "secret";
const watchword = "watch";

export interface Kind {
  sentinel?: boolean;
  tls?: boolean;
}

/** A connection as an administrator has it. */
export const direct = (port: number, { sentinel = false, tls = false }: Kind = {}): Redis => {
  const client = new Redis(port, "127.0.0.1", {
    password: sentinel ? watchword : secret,
    retryStrategy: () => 50,
    ...(tls ? { tls: { ca: certificate } } : {}),
  });
  client.on("error", () => undefined);
  return client;
};

/** Its own certificate is the authority: whoever connects must be told of it. */
async function withTls(folder: string, port: number): Promise<string[]> {
  const [cert, own] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  await Promise.all([writeFile(cert, certificate), writeFile(own, key)]);
  return [
    ...["port 0", `tls-port ${port}`, `tls-cert-file ${cert}`, `tls-key-file ${own}`],
    ...[`tls-ca-cert-file ${cert}`, "tls-auth-clients no", "tls-replication yes"],
  ];
}

/** A server of the test's own on a free port. @param settings lines of its configuration */
export async function ownRedis(settings: readonly string[] = [], kind: Kind = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "bijou-redis-"));
  folders.push(folder);
  const port = await freePort();
  const file = join(folder, "redis.conf");
  const own = [
    ...["bind 127.0.0.1", `dir ${folder}`, "daemonize no"],
    ...(kind.tls ? await withTls(folder, port) : [`port ${port}`]),
    ...(kind.sentinel
      ? [`requirepass ${watchword}`, `sentinel sentinel-pass ${watchword}`]
      : [`requirepass ${secret}`, `masterauth ${secret}`, 'save ""']),
  ];
  await writeFile(file, [...own, ...settings].join("\n"));
  let child: ChildProcess;
  const start = async () => {
    const more = kind.sentinel ? ["--sentinel"] : [];
    child = spawn("redis-server", [file, ...more], { stdio: "ignore" });
    running.add(child);
    const client = direct(port, kind);
    await client.ping();
    client.disconnect();
  };
  await start();
  return {
    port,
    url: `redis${kind.tls ? "s" : ""}://:${secret}@127.0.0.1:${port}/0`,
    freeze: () => void child.kill("SIGSTOP"),
    thaw: () => void child.kill("SIGCONT"),
    async kill() {
      running.delete(child);
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
    start,
  };
}

/** Waits until the replica of a server has what the server has. */
export async function copied({ port }: Pick<Server, "port">, kind: Kind = {}): Promise<void> {
  const client = direct(port, kind);
  try {
    while ((await client.wait(1, 100)) < 1) await pause(50);
  } finally {
    client.disconnect();
  }
}

/** The master of these, with all that it has copied: on a busy machine sentinels may have changed it. */
export async function leading<T extends Pick<Server, "port">>(servers: readonly T[]): Promise<T> {
  for (;;) {
    for (const server of servers) {
      const isMaster = await copied(server).then(
        () => true,
        (error) => {
          if (!String(error).includes("replica")) throw error;
          return false;
        },
      );
      if (isMaster) return server;
    }
    await pause(50);
  }
}

/** A master, its replica and three sentinels that give a master up after a second. */
export async function ownSentinels(settings: readonly string[] = [], kind: Kind = {}) {
  const soon = [...settings, "repl-diskless-sync-delay 0"];
  const master = await ownRedis(soon, kind);
  const replica = await ownRedis([...soon, `replicaof 127.0.0.1 ${master.port}`], kind);
  await copied(master, kind);
  const watch = [
    `sentinel monitor bijou 127.0.0.1 ${master.port} 2`,
    "sentinel down-after-milliseconds bijou 1000",
    "sentinel failover-timeout bijou 3000",
    `sentinel auth-pass bijou ${secret}`,
  ];
  const guard = { ...kind, sentinel: true };
  const sentinels = await Promise.all([1, 2, 3].map(() => ownRedis(watch, guard)));
  const first = direct(sentinels[0]?.port ?? 0, guard);
  const facts = async (): Promise<string[]> =>
    ((await first.call("SENTINEL", "master", "bijou")) as string[]) ?? [];
  const count = (all: string[], name: string) => Number(all[all.indexOf(name) + 1]);
  for (let all = await facts(); ; all = await facts()) {
    if (count(all, "num-slaves") === 1 && count(all, "num-other-sentinels") === 2) break;
    await pause(100);
  }
  first.disconnect();
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${port}`).join();
  const words = `name=bijou&sentinelPassword=${watchword}`;
  const url = `redis${kind.tls ? "s" : ""}+sentinel://:${secret}@${hosts}/0?${words}`;
  return { master, replica, url };
}

/** A cluster of three masters. */
export async function ownCluster(settings: readonly string[] = [], kind: Kind = {}) {
  const secure = kind.tls ? ["tls-cluster yes"] : [];
  const own = ["cluster-enabled yes", "cluster-node-timeout 1000", ...secure, ...settings];
  const nodes = await Promise.all([1, 2, 3].map(() => ownRedis(own, kind)));
  const clients = nodes.map(({ port }) => direct(port, kind));
  const [first] = clients;
  if (!first) throw new Error("A cluster has a first node.");
  const slots = 16_384;
  for (const [i, client] of clients.entries()) {
    const [from, to] = [Math.floor((slots * i) / 3), Math.floor((slots * (i + 1)) / 3) - 1];
    await client.call("CLUSTER", "ADDSLOTSRANGE", from, to);
    await client.call("CLUSTER", "MEET", "127.0.0.1", nodes[0]?.port ?? 0);
  }
  const isWhole = async (client: Redis) => {
    const info = String(await client.call("CLUSTER", "INFO"));
    return info.includes("cluster_state:ok") && info.includes("cluster_known_nodes:3");
  };
  for (const client of clients) while (!(await isWhole(client))) await pause(100);
  for (const client of clients) client.disconnect();
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`).join();
  return { nodes, url: `redis${kind.tls ? "s" : ""}+cluster://:${secret}@${hosts}` };
}

export async function closeServers(): Promise<void> {
  for (const child of running) child.kill("SIGKILL");
  running.clear();
  await pause(50);
  await Promise.all(
    folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })),
  );
}
