/** Servers under load, each in a process of its own that tells how much of its core it has used. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import autocannon from "autocannon";
import { noEngines } from "../../tests/house/process.ts";
import { asked, begin, loadCore, said, serverCore } from "./children.ts";
import { median, spread } from "./figures.ts";

export const connections = 40;

/** A server that is ready, and what it said then. */
export interface Started {
  child: ChildProcess;
  port: number;
  /** Of the film that it is asked for. */
  id: string;
  /** Of a viewer, where it knows one. */
  token: string;
}

/** What is asked of a server, and as whom. */
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

/**
 * Starts a server on the core of the servers, with the settings of production; resolves when it is
 * ready.
 *
 * @param env its DATA_DIR, its engines, and what else it needs
 */
export async function serve(
  file: string,
  args: readonly string[],
  env: { DATA_DIR: string; [name: string]: string },
): Promise<Started> {
  const production = {
    ...{ NODE_ENV: "production", LOG_LEVEL: "warn", PUBLIC_PORT: "0", NODE_PORT: "0" },
    // Counted and never reached.
    ...{ RATE_PER_ADDRESS: "1000000000", RATE_PER_USER: "1000000000" },
    ADMIN_TOKEN: "of-the-bench-and-of-nothing-else",
  };
  const child = begin(file, args, {
    core: serverCore,
    env: { ...noEngines, ...production, ...env },
  });
  return { ...(await said<Omit<Started, "child">>(child)), child };
}

export const asGuest = ({ child, port, id }: Started): Running => ({
  child,
  url: `http://127.0.0.1:${port}/v1/films/${id}`,
  headers: {},
});

export const asViewer = (started: Started): Running => ({
  ...asGuest(started),
  headers: { authorization: `Bearer ${started.token}` },
});

export const bodyOf = async ({ url, headers }: Running): Promise<string> => {
  const answer = await fetch(url, { headers });
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  return answer.text();
};

/** The body that all answer with. */
export async function sameBody(all: readonly Running[]): Promise<string> {
  const [first = "", ...others] = new Set(await Promise.all(all.map(bodyOf)));
  if (others.length > 0) throw new Error("The variants do not answer the same bytes.");
  return first;
}

export const coreTime = async ({ child }: Pick<Running, "child">): Promise<number> =>
  (await asked<{ microseconds: number }>(child, "used")).microseconds;

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

/** Each round begins with another variant, so that none is always first. */
export async function inTurns<Variant extends string>(
  variants: readonly Variant[],
  rounds: number,
  work: (variant: Variant) => Promise<Measured>,
): Promise<Map<Variant, Measured[]>> {
  const found = new Map(variants.map((variant) => [variant, [] as Measured[]]));
  for (let round = 0; round < rounds; round++) {
    const first = round % variants.length;
    for (const variant of [...variants.slice(first), ...variants.slice(0, first)]) {
      found.get(variant)?.push(await work(variant));
    }
  }
  return found;
}

/** A line for every variant: what it serves, and what that costs. */
export function lines(found: ReadonlyMap<string, readonly Measured[]>): string[] {
  return [...found].map(([variant, all]) => {
    const rate = Math.round(median(all.map((one) => one.rate)));
    const costs = all.map((one) => one.cost);
    return `${variant.padEnd(8)}${rate} requests/s, ${spread(costs, 1)} us of the core each`;
  });
}

/**
 * How many times another's requests it serves, and how many it would within the same time of the
 * core: the ratios within the rounds.
 */
export function compared(of: readonly Measured[] = [], to: readonly Measured[] = []) {
  const pairs = of.map((one, round) => ({ one, other: to[round] ?? one }));
  const rates = pairs.map(({ one, other }) => one.rate / other.rate);
  const costs = pairs.map(({ one, other }) => other.cost / one.cost);
  const text = `${spread(rates)}, by time of the core ${spread(costs)}`;
  return { ratio: median(rates), text };
}
