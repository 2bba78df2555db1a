/**
 * Sign-ins per second against bare argon2 at the same cost and concurrency, in turns in one run:
 * that of Node, and that of the library which the house hashes with. A sign-in finds the account,
 * verifies the password, begins a session, signs a token and goes on record. Bar: at least 0.9 of
 * Node's. Also: how long a cheap call takes while others sign in.
 *
 *   node bench/accounts.ts [rounds] [seconds]
 */
import { argon2, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { hashRaw } from "@node-rs/argon2";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { noEngines } from "../tests/house/process.ts";
import { median, quantile, spread } from "./lib/figures.ts";

const folder = mkdtempSync(join(tmpdir(), "bijou-bench-"));
Object.assign(process.env, noEngines, { DATA_DIR: folder });
const { env } = await import("../config/env.ts");
const { channelsMiddleware } = await import("../config/channels.ts");
const { call } = await import("../services/shared/wire.ts");
const { signIn } = await import("../services/accounts/auth.contract.ts");
const { create } = await import("../services/accounts/support.contract.ts");
const { jwks } = await import("../services/access/keys.contract.ts");

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 4);
const concurrency = 8;
const people = 64;
const password = "velvet curtain 1927";
const say = (line: string) => process.stdout.write(`${line}\n`);

const broker = new ServiceBroker({
  logger: false,
  validator: false,
  middlewares: [channelsMiddleware()],
} as never);
for (const name of ["accounts/auth", "accounts/audit", "access/sessions", "access/keys"]) {
  const { default: schema } = await import(`../services/${name}.service.ts`);
  broker.createService(schema as ServiceSchema);
}

/** How many a second, with so many at once. */
async function rate(work: (n: number) => Promise<unknown>): Promise<number> {
  const end = performance.now() + seconds * 1_000;
  let count = 0;
  const begun = performance.now();
  const one = async (worker: number) => {
    for (let n = worker; performance.now() < end; n += concurrency) {
      await work(n);
      count++;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => one(worker)));
  return (count * 1_000) / (performance.now() - begun);
}

const { ARGON2_MEMORY_KIB: memory, ARGON2_PASSES: passes } = env.accounts;
const byLibrary = () =>
  hashRaw(password, {
    ...{ salt: randomBytes(16), memoryCost: memory, timeCost: passes },
    ...{ parallelism: 1, outputLen: 32 },
  });
const byNode = () =>
  new Promise<void>((resolve, reject) => {
    const asked = { message: password, nonce: randomBytes(16), parallelism: 1, tagLength: 32 };
    argon2("argon2id", { ...asked, memory, passes }, (error) =>
      error ? reject(error) : resolve(),
    );
  });
const device = (n: number) => `device-of-somebody-${n % people}`;
const ours = (n: number) =>
  call(
    broker,
    signIn,
    { email: `somebody-${n % people}@example.org`, password, device: device(n) },
    { meta: { from: { address: `192.0.2.${n % people}` } } },
  );

/** Milliseconds that a cheap call of the same process takes while something else runs. */
async function reads(until: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let isOver = false;
  void until.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const begun = performance.now();
    await call(broker, jwks, {});
    await new Promise(setImmediate);
    times.push(performance.now() - begun);
    await wait(2);
  }
  return times;
}

try {
  await broker.start();
  for (let n = 0; n < people; n++) {
    await call(broker, create, {
      email: `somebody-${n}@example.org`,
      password,
      roles: ["viewer"],
    });
    await ours(n);
  }
  const rates = { node: [] as number[], library: [] as number[], house: [] as number[] };
  const idle = await reads(wait(2_000));
  const cost: number[] = [];
  for (let round = 0; round < rounds; round++) {
    rates.node.push(await rate(byNode));
    rates.library.push(await rate(byLibrary));
    const before = process.cpuUsage();
    const perSecond = await rate(ours);
    rates.house.push(perSecond);
    const { user, system } = process.cpuUsage(before);
    cost.push((user + system) / 1_000 / (perSecond * seconds));
  }
  const busy = await reads(rate(ours));
  const of = (floor: number[]) =>
    rates.house.map((full, round) => full / (floor[round] ?? Number.NaN));
  const isHeld = median(of(rates.node)) >= 0.9;
  say(
    `argon2id m=${memory} KiB, t=${passes}, ${concurrency} at once, ${rounds} rounds of ${seconds} s`,
  );
  say(`sign-ins        ${spread(rates.house, 0)} a second`);
  say(`argon2 of Node  ${spread(rates.node, 0)} a second`);
  say(`  sign-ins / it ${spread(of(rates.node))}; bar: 0.90 ${isHeld ? "held" : "MISSED"}`);
  say(`of our library  ${spread(rates.library, 0)} a second`);
  say(`  sign-ins / it ${spread(of(rates.library))}`);
  process.exitCode = isHeld ? 0 : 1;
  say(`beside hashing  ${spread(cost)} ms of a core for each sign-in`);
  const ms = (values: number[]) =>
    `p50 ${quantile(values, 0.5).toFixed(2)} ms, p99 ${quantile(values, 0.99).toFixed(2)} ms`;
  say(`a cheap call    idle ${ms(idle)}; while signing in ${ms(busy)}`);
} finally {
  await broker.stop();
  rmSync(folder, { recursive: true });
}
