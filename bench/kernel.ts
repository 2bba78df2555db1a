/**
 * What a call through a contract costs over a bare `broker.call` of the same handler, in one
 * process: `call()`, the look-up of the served action, and the check of the parameters on arrival.
 * The variants take turns; what counts is the median of the differences within a round. At most
 * 2 µs a local call is asked for.
 *
 *   node bench/kernel.ts [rounds] [calls a round]
 */
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { doorsFirst } from "../config/doors-first.ts";
import { get, list } from "../services/catalog/films.contract.ts";
import { call, wiring } from "../services/shared/wire.ts";
import { median, spread } from "./lib/figures.ts";

const rounds = Number(process.argv[2] ?? 15);
const calls = Number(process.argv[3] ?? 100_000);
const most = 2_000;

const id = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11";
const film = { id } as never;
const page = { items: [], next: null };
const asked = { genre: "drama", yearFrom: 1950, sort: "title", limit: 50 } as const;
const { serve } = wiring();

// As moleculer.config.ts has it; channels take no part in a call.
const broker = new ServiceBroker({
  namespace: "bench",
  logger: false,
  requestTimeout: 10_000,
  validator: false,
  middlewares: [doorsFirst() as never],
});
broker.createService({
  name: "films",
  actions: { ...serve(get, () => film), ...serve(list, () => page) },
});
broker.createService({
  name: "bare",
  actions: { get: () => film, list: () => page },
} as ServiceSchema);
await broker.start();

type Ask = () => Promise<unknown>;
const pairs: Record<string, { bare: Ask; typed: Ask }> = {
  "one id (films.get)": {
    bare: () => broker.call("bare.get", { id }),
    typed: () => call(broker, get, { id }),
  },
  "four of ten fields (films.list)": {
    bare: () => broker.call("bare.list", { ...asked }),
    typed: () => call(broker, list, { ...asked }),
  },
};

/** Nanoseconds a call. */
async function measure(ask: Ask): Promise<number> {
  const begun = process.hrtime.bigint();
  for (let i = 0; i < calls; i++) await ask();
  return Number(process.hrtime.bigint() - begun) / calls;
}

let isFine = true;
for (const [name, { bare, typed }] of Object.entries(pairs)) {
  for (const ask of [bare, typed, bare, typed]) await measure(ask);
  const times = { bare: [] as number[], typed: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    // Each round begins with the other one, so that none is always first.
    for (const turn of round % 2 ? (["typed", "bare"] as const) : (["bare", "typed"] as const)) {
      times[turn].push(await measure(turn === "bare" ? bare : typed));
    }
  }
  const more = times.typed.map((time, round) => time - (times.bare[round] ?? 0));
  isFine &&= median(more) <= most;
  process.stdout.write(
    `${name}, ns a call\n` +
      `  bare        ${spread(times.bare, 0)}\n` +
      `  contract    ${spread(times.typed, 0)}\n` +
      `  difference  ${spread(more, 0)}   at most ${most} is asked for\n`,
  );
}
await broker.stop();
process.exitCode = isFine ? 0 : 1;
