/** Variant `house`: a door of the product with its sockets; a broadcast is an event of an actor. */
import { randomUUID } from "node:crypto";
import type { Server } from "node:http";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { Registry } from "prom-client";
import { z } from "zod";
import { addressReader } from "../../mixins/limits/address.ts";
import { SocketFigures } from "../../mixins/observing/socket-figures.ts";
import { get } from "../../services/catalog/films.contract.ts";
import { actions } from "../../services/contracts.ts";
import { door } from "../../services/gateway/door.ts";
import { withSockets } from "../../services/gateway/realtime.ts";
import { guests } from "../../services/gateway/recognising.ts";
import { event } from "../../services/shared/contract.ts";
import { tell, wiring } from "../../services/shared/wire.ts";
import { directoryIn } from "./folder.ts";
import { answerOrders } from "./orders.ts";

const film = randomUUID();
const told = {
  ...event("films.told", z.strictObject({ film: z.string(), at: z.string(), text: z.string() })),
  hears: { public: "guest" } as const,
  room: (data: { film: string }) => `film:${data.film}`,
};

const broker = new ServiceBroker({ namespace: "bench", logger: false, validator: false });
broker.createService({
  name: "films",
  actions: wiring().serve(get, () => ({ id: film }) as never),
});
const made = door({
  ...{ door: "public", contracts: actions, host: "127.0.0.1", port: 0, origins: [] },
  ...{ bodyLimitBytes: 10_000, compression: false, byName: false, stepUpMs: 0 },
  guard: () => ({ recognise: guests("public") }),
  addressOf: addressReader([]),
  objects: await directoryIn(),
});
const service = broker.createService(
  withSockets(made, {
    ...{ door: "public", actions, events: [told], origins: [], cluster: undefined },
    addressOf: addressReader([]),
    limits: { perAddress: 100_000 },
    observer: new SocketFigures(new Registry()).of("public"),
  }) as unknown as ServiceSchema,
);
await broker.start();
answerOrders(
  Reflect.get(service, "server") as Server,
  { room: `film:${film}`, event: told.name },
  (text) => tell(broker, told, { film, at: String(process.hrtime.bigint()), text }),
);
