/**
 * A broadcast to 2,000 sockets in one room: the time until the last one has it, from the actor that
 * tells its event, beside bare socket.io that emits the same bytes to a room. Server and clients of
 * each variant are processes of their own; the variants take turns, and what counts is the median of
 * the ratios within a round. At most 1.5 is asked for.
 *
 *   node bench/sockets.ts [rounds] [sockets]
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { median, spread } from "./lib/figures.ts";

const rounds = Number(process.argv[2] ?? 15);
/** A round's time is the median of so many broadcasts, each after one of the other variant. */
const tries = 5;
const count = Number(process.argv[3] ?? 2_000);
const most = 1.5;
const text = "x".repeat(200);
const [serverCore, clientCore] = ["0", "1"];

function run(core: string, script: string, ...args: string[]): ChildProcess {
  const file = fileURLToPath(new URL(`sockets/${script}.ts`, import.meta.url));
  return spawn(
    "taskset",
    ["-c", core, process.execPath, "--disable-warning=ExperimentalWarning", file, ...args],
    {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, NODE_ENV: "production", LOG_LEVEL: "warn" },
    },
  );
}

async function said<T>(child: ChildProcess): Promise<T> {
  const heard = new AbortController();
  const { signal } = heard;
  const [first] = await Promise.race([
    once(child, "message", { signal }),
    once(child, "exit", { signal }),
  ]);
  heard.abort();
  if (typeof first !== "object") throw new Error("A process of the bench has ended.");
  return first as T;
}

interface Variant {
  server: ChildProcess;
  crowd: ChildProcess;
}

async function open(script: string): Promise<Variant> {
  const server = run(serverCore, script);
  const { port, ...place } = await said<{ port: number }>(server);
  const url = `http://127.0.0.1:${port}`;
  const crowd = run(clientCore, "crowd", url, String(count), JSON.stringify(place));
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
  crowd.disconnect();
  server.disconnect();
}
const ratios = times.house.map((time, round) => time / (times.bare[round] ?? Number.NaN));
process.stdout.write(
  `${count} sockets in a room: ms until the last one has a broadcast\n` +
    `  house  ${spread(times.house, 1)}\n` +
    `  bare   ${spread(times.bare, 1)}\n` +
    `  ratio  ${spread(ratios)}   at most ${most} is asked for\n`,
);
process.exitCode = median(ratios) <= most ? 0 : 1;
