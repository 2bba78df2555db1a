/** Whether a Redis keeps what it is given: asked before anything is entrusted to it. */
import { Cluster } from "ioredis";
import type { Client } from "./client.ts";

interface Kept {
  appendonly: string;
  policy: string;
}

/** A managed Redis forbids CONFIG; INFO says the same of what runs. */
async function asked(node: Pick<Client, "config" | "info">): Promise<Kept> {
  try {
    const said = (await node.config("GET", "appendonly")) as string[];
    const policy = (await node.config("GET", "maxmemory-policy")) as string[];
    return { appendonly: said[1] ?? "?", policy: policy[1] ?? "?" };
  } catch (error) {
    if (!/unknown command|NOPERM|ERR/i.test(error instanceof Error ? error.message : ""))
      throw error;
    const [persistence, memory] = [await node.info("persistence"), await node.info("memory")];
    const on = /^aof_enabled:(\d)/m.exec(persistence)?.[1];
    return {
      appendonly: on === "1" ? "yes" : on === "0" ? "no" : "?",
      policy: /^maxmemory_policy:([\w-]+)/m.exec(memory)?.[1] ?? "?",
    };
  }
}

/** What of it must be set otherwise; nothing when it is durable. Pure. */
export function faultsOf({ appendonly, policy }: Kept): string[] {
  return [
    ...(appendonly === "yes" ? [] : [`appendonly is ${appendonly}: set \`appendonly yes\``]),
    ...(policy === "noeviction"
      ? []
      : [`maxmemory-policy is ${policy}: set \`maxmemory-policy noeviction\``]),
  ];
}

/** The server loses what it was given, or may. It is to be mended before the house starts. */
export class NotDurable extends Error {
  /** EX_CONFIG of sysexits.h */
  readonly exitCode = 78;
}

/** @throws NotDurable with what to set, for every master of a cluster; what the driver throws */
export async function mustBeDurable(client: Client): Promise<void> {
  const nodes = client instanceof Cluster ? client.nodes("master") : [client];
  for (const node of nodes) {
    const faults = faultsOf(await asked(node));
    if (faults.length === 0) continue;
    const { host, port } = node.options as { host?: string; port?: number };
    throw new NotDurable(
      `The Redis of REDIS_STORE_URL (${host}:${port}) would lose what it is given: ` +
        `${faults.join("; ")}, or name another server.`,
    );
  }
}
