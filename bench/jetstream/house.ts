/** The house's channels, as actors use them: contract, check, adapter, handler. */
import { randomUUID } from "node:crypto";
import channels from "@moleculer/channels";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { z } from "zod";
import { JetStreamAdapter } from "../../mixins/channels/jetstream/adapter.ts";
import { connectForEver } from "../../mixins/cluster/nats-connect.ts";
import { channel } from "../../services/shared/contract.ts";
import { type Sender, send } from "../../services/shared/message.ts";
import { wiring } from "../../services/shared/wire.ts";
import { removeStreams } from "../../tests/infra/channels-jetstream.house.ts";
import { inFlight, options, serve, text } from "./work.ts";

const told = channel("films.told.v1", z.strictObject({ n: z.int(), text: z.string() }), ({ n }) =>
  String(n),
);
const space = `bench-${randomUUID()}`;
const adapter = new JetStreamAdapter({
  connect: (patience) => connectForEver(options(), patience),
  channels: [told.name],
  prefix: "",
  space,
});
const broker = new ServiceBroker({
  logger: false,
  middlewares: [channels.Middleware({ adapter } as never) as never],
});
let handled = 0;
let n = 0;
broker.createService({
  name: "reader",
  channels: wiring().follow(told, { group: "reader", maxInFlight: inFlight }, async () => {
    handled++;
  }),
} as ServiceSchema);
await broker.start();

serve(
  () => send(broker as unknown as Sender, told, { n: n++, text }),
  () => handled,
  async () => {
    await broker.stop();
    await removeStreams(process.env.NATS_URL ?? "", space);
  },
);
