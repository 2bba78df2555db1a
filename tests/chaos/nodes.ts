/** The nodes of a crash run: two of each kind, each started again as soon as it is gone. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../house/ports.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const command = [
  "--disable-warning=ExperimentalWarning",
  join(root, "node_modules/moleculer/bin/moleculer-runner.mjs"),
  "--config",
  join(root, "tests/chaos/house.config.ts"),
];

/** What each node runs. */
const kinds = [
  ["doors-1", { SERVICES: "gateway,operations,access" }],
  ["doors-2", { SERVICES: "gateway,operations,access" }],
  ["actors-1", { SERVICES: "catalog/films,catalog/people", COUNTING: "1" }],
  ["actors-2", { SERVICES: "catalog/films,catalog/people", COUNTING: "1" }],
] as const;

interface Node {
  name: string;
  env: Record<string, string>;
  child?: ChildProcess;
}

export class Nodes {
  readonly admin: string[] = [];
  readonly token: string;
  starts = 0;
  readonly #nodes: Node[];
  readonly #folder: string;
  readonly #said: string[] = [];
  #ended = false;

  private constructor(nodes: Node[], folder: string, token: string) {
    [this.#nodes, this.#folder, this.token] = [nodes, folder, token];
    for (const { env } of nodes) {
      if (env.ADMIN_PORT) this.admin.push(`http://127.0.0.1:${env.ADMIN_PORT}`);
    }
  }

  /** @param common what all nodes are told: the engines and the namespace */
  static async make(common: Record<string, string>): Promise<Nodes> {
    const folder = await mkdtemp(join(tmpdir(), "bijou-crash-"));
    const token = "an-operator-of-the-crash-run";
    const nodes = await Promise.all(
      kinds.map(async ([name, own]) => ({
        name,
        env: {
          ...common,
          ...own,
          NODE_ENV: "development",
          NODE_ID: name,
          DATA_DIR: join(folder, name),
          ADMIN_TOKEN: token,
          // What was answered under an idempotency key is in Redis, all else in PostgreSQL.
          DOCUMENTS: "postgres,operations=redis",
          HOUSE_SECRET: "a secret that all nodes of this run share",
          LOG_LEVEL: "error",
          RATE_PER_ADDRESS: "100000000",
          ...(name.startsWith("doors") ? { ADMIN_PORT: String(await freePort()) } : {}),
          PUBLIC_PORT: "0",
          SELLER_PORT: "0",
          LOGISTICS_PORT: "0",
          NODE_PORT: "0",
        },
      })),
    );
    return new Nodes(nodes, folder, token);
  }

  get names(): string[] {
    return this.#nodes.map(({ name }) => name);
  }

  start(): void {
    for (const node of this.#nodes) this.#run(node);
  }

  #run(node: Node): void {
    if (this.#ended) return;
    this.starts++;
    const { TRANSPORT: _, ...outer } = process.env;
    const child = spawn(process.execPath, command, {
      cwd: root,
      env: { ...outer, ...node.env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    node.child = child;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#said.push(`${node.name}: ${text}`);
      if (this.#said.length > 200) this.#said.shift();
    });
    child.once("exit", () => setTimeout(() => this.#run(node), 50));
  }

  kill(name: string): void {
    this.#nodes.find((node) => node.name === name)?.child?.kill("SIGKILL");
  }

  /** The last lines of what the nodes said. */
  said(): string {
    return this.#said.join("");
  }

  /** Waits until every door is ready. */
  async ready(): Promise<void> {
    for (const url of this.admin) {
      while (
        !(await fetch(`${url}/readyz`).then(
          (a) => a.ok,
          () => false,
        ))
      )
        await wait(100);
    }
  }

  async end(): Promise<void> {
    this.#ended = true;
    await Promise.all(
      this.#nodes.map(async ({ child }) => {
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        const gone = once(child, "exit");
        child.kill("SIGKILL");
        await gone;
      }),
    );
    await rm(this.#folder, { recursive: true, force: true });
  }
}
