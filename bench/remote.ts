/**
 * What the kernel costs over NATS: a call of an actor on another node through contract, breaker,
 * guard and checks, against bare Moleculer asking the same over its own NATS transporter. Each
 * variant is two processes, 64 calls at once; the variants take turns, and what counts is the median
 * of the paired ratios of calls a second. Every three rounds have processes of their own: how well
 * V8 compiles one is a matter of luck. At least 0.9 is asked for.
 *
 *   NATS_URL=nats://… node bench/remote.ts [rounds] [calls a round]
 */
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { asked, begin, said, script } from "./lib/children.ts";
import { median, spread } from "./lib/figures.ts";

const rounds = Number(process.argv[2] ?? 15);
const calls = Number(process.argv[3] ?? 20_000);
const least = 0.9;
if (!process.env.NATS_URL) {
  process.stderr.write("NATS_URL is not set: start NATS and name it there, then run again.\n");
  process.exit(1);
}

type Variant = "ours" | "bare";
interface Told {
  ms: number;
  cpuMs: number;
}
const roundsOfOne = 3;

async function node(variant: Variant, role: string, namespace: string): Promise<ChildProcess> {
  const child = begin(script("remote/node.ts"), ["", variant, role, namespace]);
  await said(child);
  return child;
}

async function open(variant: Variant) {
  const namespace = `bench-${randomUUID().slice(0, 8)}`;
  const nodes = [await node(variant, "serve", namespace), await node(variant, "ask", namespace)];
  return {
    ask: (count: number) => asked<Told>(nodes[1] as ChildProcess, { calls: count }),
    async close() {
      for (const child of nodes) child.send({ stop: true });
      await Promise.all(nodes.map((child) => once(child, "exit")));
    },
  };
}

const rates: Record<Variant, number[]> = { ours: [], bare: [] };
const cpu: Record<Variant, number[]> = { ours: [], bare: [] };
for (let round = 0; round < rounds; ) {
  const pairs = { ours: await open("ours"), bare: await open("bare") };
  for (const variant of ["ours", "bare", "ours", "bare"] as const) {
    await pairs[variant].ask(calls / 2);
  }
  for (let one = 0; one < roundsOfOne && round < rounds; one++, round++) {
    for (const variant of round % 2 ? (["ours", "bare"] as const) : (["bare", "ours"] as const)) {
      const { ms, cpuMs } = await pairs[variant].ask(calls);
      rates[variant].push((calls / ms) * 1_000);
      cpu[variant].push((cpuMs / calls) * 1_000);
    }
  }
  await pairs.ours.close();
  await pairs.bare.close();
}
const paired = (of: Record<Variant, number[]>) => of.ours.map((one, n) => one / (of.bare[n] ?? 0));
const ratios = paired(rates);
process.stdout.write(
  `calls of an actor on another node over NATS, 64 at once, ${rounds} rounds of ${calls}\n` +
    `  bare moleculer, calls a second  ${spread(rates.bare, 0)}\n` +
    `  the house, calls a second       ${spread(rates.ours, 0)}\n` +
    `  ratio                           ${spread(ratios)}   at least ${least} is asked for\n` +
    `  processor time of the asker     ${spread(paired(cpu))} of bare\n`,
);
process.exitCode = median(ratios) >= least ? 0 : 1;
