/**
 * A house in a process of its own, on free ports, for tests and benchmarks; or in four of them over
 * NATS, where TOPOLOGY says so: the same journeys pass through both.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface House {
  child: ChildProcess;
  publicUrl: string;
  adminUrl: string;
  token: string;
  stop(): Promise<void>;
}

const engines = [
  ...["NATS_URL", "REDIS_URL", "REDIS_STORE_URL", "MONGO_URL", "POSTGRES_URL", "ELASTIC_URL"],
  ...["ENDPOINT", "PUBLIC_ENDPOINT", "REGION", "ACCESS_KEY", "SECRET_KEY", "BUCKET"].map(
    (name) => `S3_${name}`,
  ),
];
/** A house has the engines that it is given, and none that this process happens to know. */
export const noEngines: Record<string, string> = Object.fromEntries(
  engines.map((name) => [name, ""]),
);

/**
 * Starts what `npm start` starts; resolves when its doors are open.
 *
 * @param config another file than `moleculer.config.ts`: that process can be sent messages
 */
export async function startHouse(
  dataDir: string,
  env: Record<string, string> = {},
  config?: string,
): Promise<House> {
  const engine = process.env.TOPOLOGY;
  if (!engine || config) return startOne(dataDir, env, config);
  const { startFour } = await import("../cluster/topology.ts");
  const { nodes, publicUrl, adminUrl, token, stop } = await startFour(dataDir, engine, env);
  return { child: nodes.doors.child, publicUrl, adminUrl, token, stop };
}

async function startOne(
  dataDir: string,
  env: Record<string, string>,
  config: string | undefined,
): Promise<House> {
  const runner = join(root, "node_modules/moleculer/bin/moleculer-runner.mjs");
  const command = [
    "--disable-warning=ExperimentalWarning",
    "--min-semi-space-size=64",
    "--max-semi-space-size=64",
    runner,
    "--config",
    config ?? join(root, "moleculer.config.ts"),
  ];
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: {
      ...process.env,
      ...noEngines,
      NODE_ENV: "development",
      DATA_DIR: dataDir,
      PUBLIC_PORT: "0",
      ADMIN_PORT: "0",
      SELLER_PORT: "0",
      LOGISTICS_PORT: "0",
      NODE_PORT: "0",
      LOG_LEVEL: "warn",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit", ...(config ? ["ipc" as const] : [])],
  });
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  const door = async (name: string): Promise<string> => {
    for (;;) {
      const url = text.match(new RegExp(`${name}\\s+(http://\\S+)`))?.[1];
      if (url) return url;
      if (child.exitCode !== null) throw new Error(`The house did not start:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const publicUrl = await door("public");
  const adminUrl = await door("admin");
  const token = readFileSync(join(dataDir, "secrets/operator-token"), "utf8").trim();
  const stop = async () => {
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    await gone;
  };
  return { child, publicUrl, adminUrl, token, stop };
}

/** Asks the admin door. */
export async function ask<T>(
  house: House,
  method: string,
  path: string,
  body?: unknown,
): Promise<T> {
  const answer = await fetch(`${house.adminUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${house.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

export interface ImportRun {
  id: string;
  status: string;
  rows: number;
  loaded: number;
  merged: number;
  unchanged: number;
  rejected: number;
  startedAt: string;
  storedAt: string;
  endedAt: string;
  error: string | null;
}

/** Uploads a file and queues its import. */
export async function queueImport(house: House, file: string, options = {}): Promise<ImportRun> {
  const upload = await fetch(`${house.adminUrl}/v1/imports/files?name=films.ndjson`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${house.token}`,
      "content-type": "application/octet-stream",
    },
    body: createReadStream(file) as unknown as ReadableStream,
    duplex: "half",
  } as RequestInit);
  if (!upload.ok) throw new Error(`upload: ${upload.status} ${await upload.text()}`);
  const { name, object } = (await upload.json()) as { name: string; object: string };
  return ask(house, "POST", "/v1/imports", {
    source: "wikipedia",
    files: [{ name, object }],
    options,
  });
}

/** Waits for the end of an import. */
export async function endOf(house: House, { id }: { id: string }): Promise<ImportRun> {
  for (;;) {
    const run = await ask<ImportRun>(house, "GET", `/v1/imports/${id}`);
    if (!["queued", "running"].includes(run.status)) return run;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Resident memory of a process now and at its most, MiB. */
export function memoryOf({ pid }: ChildProcess): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kib = (name: string) => Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))?.[1] ?? 0);
  return { now: kib("VmRSS") / 1024, most: kib("VmHWM") / 1024 };
}
