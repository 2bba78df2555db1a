/**
 * Variant `door` over the real house: its configuration, its films in NeDB, its public door. Wants
 * DATA_DIR to be an empty folder.
 */
import { type BrokerOptions, ServiceBroker, type ServiceSchema } from "moleculer";
import config from "../../moleculer.config.ts";
import { create, publish } from "../../services/catalog/films.contract.ts";
import films from "../../services/catalog/films.service.ts";
import people from "../../services/catalog/people.service.ts";
import door from "../../services/gateway/public.service.ts";
import { call } from "../../services/shared/wire.ts";
import { signedIn } from "../remote-read/signed.ts";
import { film } from "./film.ts";
import { ready } from "./ready.ts";

const broker = new ServiceBroker(config as BrokerOptions);
const { token, services } = await signedIn();
for (const one of services) broker.createService(one);
const [, , service] = [films, people, door].map((schema) =>
  broker.createService(schema as unknown as ServiceSchema),
);
await broker.start();

const { id, version, state, title, language, extract, createdAt, updatedAt, ...rest } = film;
const made = await call(broker, create, {
  ...rest,
  cast: rest.cast.map(({ person, ...one }) => one),
  crew: rest.crew.map(({ person, ...one }) => one),
});
await call(broker, publish, { id: made.id });
ready(Reflect.get(service ?? {}, "server"), made.id, token);
