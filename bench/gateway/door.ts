/** Variant `door`: the product's public door with everything on, over an actor of films. */
import { ServiceBroker } from "moleculer";
import { addressReader } from "../../mixins/limits/address.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { get } from "../../services/catalog/films.contract.ts";
import { actions } from "../../services/contracts.ts";
import { door } from "../../services/gateway/door.ts";
import { guests } from "../../services/gateway/recognising.ts";
import { wiring } from "../../services/shared/wire.ts";
import { film } from "./film.ts";
import { ready } from "./ready.ts";

const { serve } = wiring();
const broker = new ServiceBroker({ logger: { type: "Console", options: { level: "warn" } } });
broker.createService({ name: "films", actions: serve(get, () => film) });
const service = broker.createService(
  door({
    door: "public",
    contracts: actions,
    host: "127.0.0.1",
    port: 0,
    origins: [],
    bodyLimitBytes: 1_048_576,
    compression: true,
    guard: () => ({ recognise: guests("public") }),
    stepUpMs: 600_000,
    addressOf: addressReader([]),
    byName: false,
    // No path of the bench moves bytes.
    objects: {} as ObjectStore,
  }),
);
await broker.start();
ready(Reflect.get(service, "server"), film.id);
