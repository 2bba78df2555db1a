/**
 * Durable messages end to end through the house's channels on JetStream, beside nats.js alone doing
 * the same: 1 KB, on disk, 256 in flight, each awaited by its sender and acknowledged by its reader.
 * Each variant is a process of its own; they take turns, and what counts is the median of the ratios
 * within a round. At least 0.7 is asked for.
 *
 *   NATS_URL=nats://… node bench/jetstream.ts [rounds] [messages a round]
 */
import type { ChildProcess } from "node:child_process";
import type { Round } from "./jetstream/work.ts";
import { asked, begin, end, said, script } from "./lib/children.ts";
import { median, spread } from "./lib/figures.ts";

const rounds = Number(process.argv[2] ?? 9);
const count = Number(process.argv[3] ?? 20_000);
const least = 0.7;

async function open(variant: string): Promise<ChildProcess> {
  const child = begin(script(`jetstream/${variant}.ts`));
  await said(child);
  return child;
}

const measure = (child: ChildProcess) => asked<Round>(child, count);

const names = ["house", "raw"] as const;
const children = { house: await open("house"), raw: await open("raw") };
const found = { house: [] as Round[], raw: [] as Round[] };
for (const name of names) await measure(children[name]);
for (let round = 0; round < rounds; round++) {
  for (const name of round % 2 ? names : names.toReversed()) {
    found[name].push(await measure(children[name]));
  }
}
for (const child of Object.values(children)) await end(child);

const rates = (all: readonly Round[]) => all.map(({ ms }) => count / ms);
const cpu = (all: readonly Round[]) => all.map(({ cpuMs }) => (cpuMs * 1_000) / count);
const ratios = found.house.map(({ ms }, at) => (found.raw[at]?.ms ?? Number.NaN) / ms);
const cpuRatios = found.house.map(({ cpuMs }, at) => cpuMs / (found.raw[at]?.cpuMs ?? Number.NaN));
process.stdout.write(
  `${count} messages of 1 KB a round: thousands a second, end to end\n` +
    `  house  ${spread(rates(found.house), 1)}   µs of processor each ${spread(cpu(found.house), 0)}\n` +
    `  raw    ${spread(rates(found.raw), 1)}   µs of processor each ${spread(cpu(found.raw), 0)}\n` +
    `  ratio  ${spread(ratios)}   at least ${least} is asked for; of processor ${spread(cpuRatios)}\n`,
);
process.exitCode = median(ratios) >= least ? 0 : 1;
