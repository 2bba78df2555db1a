/** The public door on a node of its own, with everything on but kept answers: each is asked for anew. */
import { type BrokerOptions, ServiceBroker } from "moleculer";
import { env } from "../../config/env.ts";
import { addressOf, limits } from "../../config/limits.ts";
import { objects } from "../../config/objects.ts";
import config from "../../moleculer.config.ts";
import { actions } from "../../services/contracts.ts";
import { door } from "../../services/gateway/door.ts";
import { guarding } from "../../services/gateway/guarding.ts";
import { observing } from "../../services/gateway/opening.ts";
import { film } from "../gateway/film.ts";
import { ready } from "../gateway/ready.ts";
import { signedIn } from "./signed.ts";

const broker = new ServiceBroker(config as BrokerOptions);
const { token, services } = await signedIn();
for (const service of services) broker.createService(service);
const service = broker.createService(
  door({
    door: "public",
    host: "127.0.0.1",
    port: 0,
    origins: [],
    byName: false,
    contracts: actions,
    bodyLimitBytes: env.gateway.BODY_LIMIT_BYTES,
    compression: env.gateway.COMPRESSION,
    guard: guarding("public"),
    stepUpMs: 600_000,
    answered: observing("public"),
    ...{ addressOf, limits, objects },
  }),
);
await broker.start();
await broker.waitForServices("films");
ready(Reflect.get(service, "server"), film.id, token);
