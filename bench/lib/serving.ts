/** Servers under load, each in a process of its own that tells how much of its core it has used. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import autocannon from "autocannon";

export const [serverCore, loadCore] = ["0", "1"];
export const connections = 40;

export interface Running {
  child: ChildProcess;
  url: string;
  headers: Record<string, string>;
}

/** The load keeps to its own core. */
export async function keepToLoadCore(): Promise<void> {
  if (process.platform !== "linux") return;
  await once(spawn("taskset", ["-a", "-p", "-c", loadCore, String(process.pid)]), "close");
}

export const bodyOf = async ({ url, headers }: Running): Promise<string> => {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  return answer.text();
};

export async function coreTime({ child }: Pick<Running, "child">): Promise<number> {
  child.send("used");
  const [{ microseconds }] = (await once(child, "message")) as [{ microseconds: number }];
  return microseconds;
}

export interface Measured {
  rate: number;
  /** Microseconds of the core per request, which other work disturbs less. */
  cost: number;
}

export async function measure(one: Running, duration: number): Promise<Measured> {
  const before = await coreTime(one);
  const { url, headers } = one;
  const { requests, non2xx, errors } = await autocannon({ url, headers, connections, duration });
  if (non2xx > 0 || errors > 0) throw new Error(`${url} failed ${non2xx + errors} times.`);
  return { rate: requests.average, cost: ((await coreTime(one)) - before) / requests.total };
}
