/**
 * How long a cheap read through the public door takes while sign-ins saturate hashing, beside the
 * same house at rest: windows in turn, a house in a process of its own, everything over HTTP. One
 * reader asks again as soon as it is answered; another rests first and meets the house at any
 * moment of its work, as a visitor does. Bar: the p99 at most 3 times that of rest.
 *
 *   node bench/reads.ts [rounds] [seconds]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ask, endOf, queueImport, startHouse } from "../tests/house/process.ts";
import { asked, begin, end, script } from "./lib/children.ts";
import { median, quantile, spread } from "./lib/figures.ts";
import { madeFilms } from "./lib/films.ts";

const rounds = Number(process.argv[2] ?? 7);
const seconds = Number(process.argv[3] ?? 4);
const most = 3;
/** More than the hashing processes have in hand together. */
const atOnce = 8;
const people = 32;
const password = "velvet curtain 1927";
/** Milliseconds between an answer and the next question. */
const readers = { "one after another": 0, "with rests": 2 };

const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
const say = (line: string) => process.stdout.write(`${line}\n`);
const agent = new Agent({ keepAlive: true });

/** Status of an answer that was read whole. */
const statusOf = (url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const req = request(url, { agent }, (res) => {
      res.on("error", reject).on("end", () => resolve(res.statusCode ?? 0));
      res.resume();
    });
    req.on("error", reject).end();
  });

/** Milliseconds of each read within so many seconds. */
async function reads(url: string, restMs: number): Promise<number[]> {
  const times: number[] = [];
  const over = performance.now() + seconds * 1_000;
  while (performance.now() < over) {
    const begun = performance.now();
    const status = await statusOf(url);
    times.push(performance.now() - begun);
    if (status !== 200) throw new Error(`${url} answers ${status}.`);
    if (restMs > 0) await wait(restMs);
  }
  return times;
}

/** Signs in on and on, in another process. @returns what ends it, and answers how many there were */
function signingIn(url: string): () => Promise<number> {
  const child = begin(script("reads/sign-ins.ts"), [url, String(people), String(atOnce)]);
  return async () => {
    const done = await asked<number>(child, "enough");
    await end(child);
    return done;
  };
}

// Counted and never reached.
const env = {
  RATE_PER_ADDRESS: "1000000000",
  SELLER_PORT: "0",
  LOGISTICS_PORT: "0",
  NODE_PORT: "0",
};
const house = await startHouse(join(folder, "data"), env);
try {
  await endOf(house, await queueImport(house, await madeFilms(folder, 200)));
  for (let n = 0; n < people; n++) {
    const email = `somebody-${n}@example.org`;
    await ask(house, "POST", "/v1/accounts", { email, password, roles: ["viewer"] });
  }
  const { items } = await ask<{ items: { id: string }[] }>(house, "GET", "/v1/films?limit=1");
  const film = `${house.publicUrl}/v1/films/${items[0]?.id}`;
  const p99 = (windows: number[][]) => windows.map((times) => quantile(times, 0.99));
  const p50 = (windows: number[][]) => median(windows.flat()).toFixed(2);
  for (const [name, restMs] of Object.entries(readers)) {
    await reads(film, restMs);
    const idle: number[][] = [];
    const busy: number[][] = [];
    let signedIn = 0;
    for (let round = 0; round < rounds; round++) {
      idle.push(await reads(film, restMs));
      const stop = signingIn(house.publicUrl);
      await wait(1_000);
      busy.push(await reads(film, restMs));
      signedIn += await stop();
    }
    const [calm, full] = [p99(idle), p99(busy)];
    const ratios = full.map((time, round) => time / (calm[round] ?? Number.NaN));
    const rate = Math.round(signedIn / (rounds * (seconds + 1)));
    say(`reads ${name}: ${rounds} rounds, ${rate} sign-ins a second`);
    say(`  at rest        p50 ${p50(idle)} ms, p99 ${spread(calm)} ms`);
    say(`  with sign-ins  p50 ${p50(busy)} ms, p99 ${spread(full)} ms`);
    say(`  p99 with sign-ins / at rest  ${spread(ratios)}   at most ${most} is asked for`);
    if (median(ratios) > most) process.exitCode = 1;
  }
} finally {
  agent.destroy();
  await house.stop();
  rmSync(folder, { recursive: true });
}
