/** A whole node whose PostgreSQL, one of the test's own, is not there yet. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { freePort } from "../house/ports.ts";
import { until } from "../house/soon.ts";
import { OwnPostgres } from "./postgres-server.ts";

const root = new URL("../..", import.meta.url).pathname;

async function statusOf(url: string): Promise<number> {
  try {
    return (await fetch(url)).status;
  } catch {
    return 0;
  }
}

/** A node of some actors whose documents are at an address. */
async function start(url: string, actors: string) {
  const folder = await mkdtemp(join(tmpdir(), "bijou-waiting-"));
  const port = await freePort();
  const runner = join(root, "node_modules/moleculer/bin/moleculer-runner.mjs");
  const config = ["--config", join(root, "moleculer.config.ts")];
  const command = ["--disable-warning=ExperimentalWarning", runner, ...config];
  const env = {
    ...{ PATH: process.env.PATH, DATA_DIR: folder, LOG_LEVEL: "warn" },
    ...{ POSTGRES_URL: url, SERVICES: actors, NODE_PORT: String(port) },
  };
  const child = spawn(process.execPath, command, { cwd: root, env });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (more) => (text += more));
  return {
    said: () => text,
    at: (path: string) => statusOf(`http://127.0.0.1:${port}${path}`),
    /** Its exit code. */
    async stop(): Promise<unknown> {
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      const [code] = await Promise.race([exit, setTimeout(20_000, ["hangs"], { ref: false })]);
      child.kill("SIGKILL");
      await rm(folder, { recursive: true });
      return code;
    },
  };
}

test("a node lives and is not ready while its PostgreSQL is away, and starts when it comes", async () => {
  const own = await OwnPostgres.make();
  const node = await start(own.url, "catalog");

  await until(() => node.said().includes("is away"));
  expect([await node.at("/livez"), await node.at("/readyz")]).toEqual([200, 503]);
  expect(node.said()).toMatch(
    /PostgreSQL at 127\.0\.0\.1:\d+\/postgres is away: .* tried again in/,
  );
  await own.start();

  await until(async () => (await node.at("/readyz")) === 200);
  expect(await node.stop()).toBe(0);
  await own.remove();
}, 90_000);

test("a node that is told to stop while it waits does", async () => {
  const url = `postgres://bijou@127.0.0.1:${await freePort()}/postgres`;
  const node = await start(url, "accounts");
  await until(() => node.said().includes("is away"));

  expect(await node.stop()).not.toBe("hangs");
}, 60_000);
