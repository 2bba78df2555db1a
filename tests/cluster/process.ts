/** Nodes in processes of their own, as `npm start` starts them, on free ports. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const runner = join(root, "node_modules/moleculer/bin/moleculer-runner.mjs");

export interface Started {
  readonly child: ChildProcess;
  /** What it has said so far, to whichever of the two. */
  said(): string;
  /** Resolves when it is open; with its doors by name, and `node`. @throws if it ends before */
  opened(): Promise<Record<string, string>>;
  /** Its exit code, once it is gone; null after a signal. */
  gone(): Promise<number | null>;
  /** SIGTERM unless told; resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * @param env over what this process has; a variable that is "" counts as not set
 * @param config another file than `moleculer.config.ts`: that process can be sent messages
 */
export function startNode(env: Record<string, string>, config?: string): Started {
  const command = ["--disable-warning=ExperimentalWarning", runner, "--config"];
  const child = spawn(process.execPath, [...command, config ?? join(root, "moleculer.config.ts")], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: "development",
      PUBLIC_PORT: "0",
      ADMIN_PORT: "0",
      SELLER_PORT: "0",
      LOGISTICS_PORT: "0",
      NODE_PORT: "0",
      LOG_LEVEL: "warn",
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe", ...(config ? ["ipc" as const] : [])],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      text += chunk;
    });
  }
  const exit = once(child, "exit").then(([code]) => code as number | null);
  const opened = async () => {
    // The last line of the banner.
    while (!text.includes("/livez, /readyz and /metrics\n")) {
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new Error(`The node did not start:\n${text}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const doors = text.matchAll(/^ {2}(\w+) +(http:\/\/\S+)$/gm);
    return Object.fromEntries([...doors].map(([, name, url]) => [name, url]));
  };
  return {
    child,
    said: () => text,
    opened,
    gone: () => exit,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return exit;
    },
  };
}
