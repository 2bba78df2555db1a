/**
 * One node of a variant: `ours` or `bare`, which serves or asks. Whoever asks is told by its parent
 * how often, and answers with milliseconds and its own processor time. The first word, empty, is for
 * film.ts.
 *
 *   node bench/remote/node.ts "" ours|bare serve|ask <namespace>
 */
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { doorsFirst } from "../../config/doors-first.ts";
import { connectForEver } from "../../mixins/cluster/nats-connect.ts";
import { natsOptions } from "../../mixins/cluster/nats-options.ts";
import { NatsTransport } from "../../mixins/cluster/nats-transport.ts";
import { packetGuard } from "../../mixins/cluster/packets.ts";
import { HouseSerializer } from "../../mixins/cluster/serializer.ts";
import { choosing, registerStrategies } from "../../mixins/cluster/strategies.ts";
import { Breakers } from "../../mixins/resilience/breaker.ts";
import { resilience } from "../../mixins/resilience/middleware.ts";
import { get } from "../../services/catalog/films.contract.ts";
import { call, wiring } from "../../services/shared/wire.ts";
import { film } from "../gateway/film.ts";

const [, , , variant = "ours", role = "serve", namespace = "bench"] = process.argv;
const url = process.env.NATS_URL ?? "";
const atOnce = 64;
const id = film.id;
registerStrategies();

const breakers = new Breakers({
  ...{ failures: 5, share: 0.5, windowMs: 10_000, openMs: 5_000 },
  now: Date.now,
});
const common = { namespace, nodeID: `${variant}-${role}`, logger: false, requestTimeout: 10_000 };
/** As moleculer.config.ts has it, as far as it takes part in a call. */
const ours = {
  ...common,
  validator: false,
  transporter: new NatsTransport((patience) =>
    connectForEver(natsOptions({ servers: [url] }, common.nodeID), patience),
  ),
  serializer: new HouseSerializer(),
  registry: choosing,
  middlewares: [
    packetGuard(),
    resilience({ contracts: [get], breakers, atOnce: 1_000, waits: [50, 200], now: Date.now }),
    doorsFirst(),
  ],
};
const bare = { ...common, transporter: { type: "NATS", options: { url } } };
const broker = new ServiceBroker((variant === "ours" ? ours : bare) as never);
if (role === "serve") {
  const actions =
    variant === "ours" ? wiring().serve(get, () => film as never) : { get: () => film };
  broker.createService({ name: "films", actions } as ServiceSchema);
}
await broker.start();

const ask =
  variant === "ours"
    ? () => call(broker, get, { id } as never)
    : () => broker.call("films.get", { id });

async function asked(calls: number) {
  let left = calls;
  const begun = performance.now();
  const used = process.cpuUsage();
  const one = async () => {
    while (left-- > 0) await ask();
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - begun, cpuMs: (user + system) / 1_000 };
}

process.on("message", async ({ calls, stop }: { calls?: number; stop?: boolean }) => {
  if (stop) {
    await broker.stop();
    process.exit(0);
  }
  process.send?.(await asked(calls ?? 0));
});
if (role === "ask") await broker.waitForServices("films");
process.send?.({ ready: true });
