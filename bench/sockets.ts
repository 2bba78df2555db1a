/**
 * A broadcast to 2,000 sockets in one room: the time until the last one has it, from the actor that
 * tells its event, beside bare socket.io that emits the same bytes to a room. Server and clients of
 * each variant are processes of their own; the variants take turns, and what counts is the median of
 * the ratios within a round. At most 1.5 is asked for.
 *
 *   node bench/sockets.ts [rounds] [sockets]
 */
import type { ChildProcess } from "node:child_process";
import { begin, end, loadCore, said, script, serverCore } from "./lib/children.ts";
import { median, spread } from "./lib/figures.ts";

const rounds = Number(process.argv[2] ?? 15);
/** A round's time is the median of so many broadcasts, each after one of the other variant. */
const tries = 5;
const count = Number(process.argv[3] ?? 2_000);
const most = 1.5;
const text = "x".repeat(200);

interface Variant {
  server: ChildProcess;
  crowd: ChildProcess;
}

const run = (core: string, name: string, ...args: string[]): ChildProcess =>
  begin(script(`sockets/${name}.ts`), args, {
    core,
    env: { NODE_ENV: "production", LOG_LEVEL: "warn" },
  });

async function open(name: string): Promise<Variant> {
  const server = run(serverCore, name);
  const { port, ...place } = await said<{ port: number }>(server);
  const url = `http://127.0.0.1:${port}`;
  const crowd = run(loadCore, "crowd", url, String(count), JSON.stringify(place));
  await said(crowd);
  return { server, crowd };
}

async function broadcast({ server, crowd }: Variant): Promise<number> {
  const heard = said<{ lastMs: number }>(crowd);
  server.send(text);
  const { lastMs } = await heard;
  // Whoever was busy with it is idle again.
  await new Promise((done) => setTimeout(done, 150));
  return lastMs;
}

const names = ["house", "bare"] as const;
const variants = { house: await open("house"), bare: await open("bare") };
for (let i = 0; i < 5; i++) for (const name of names) await broadcast(variants[name]);
const times = { house: [] as number[], bare: [] as number[] };
for (let round = 0; round < rounds; round++) {
  const tried = { house: [] as number[], bare: [] as number[] };
  for (let i = 0; i < tries; i++) {
    for (const name of (round + i) % 2 ? names : names.toReversed()) {
      tried[name].push(await broadcast(variants[name]));
    }
  }
  for (const name of names) times[name].push(median(tried[name]));
}
for (const { server, crowd } of Object.values(variants)) {
  await end(crowd);
  await end(server);
}
const ratios = times.house.map((time, round) => time / (times.bare[round] ?? Number.NaN));
process.stdout.write(
  `${count} sockets in a room: ms until the last one has a broadcast\n` +
    `  house  ${spread(times.house, 1)}\n` +
    `  bare   ${spread(times.bare, 1)}\n` +
    `  ratio  ${spread(ratios)}   at most ${most} is asked for\n`,
);
process.exitCode = median(ratios) <= most ? 0 : 1;
