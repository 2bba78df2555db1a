/** An actor of films on a node of its own: it answers with one film, its parameters checked. */
import { type BrokerOptions, ServiceBroker } from "moleculer";
import config from "../../moleculer.config.ts";
import { get } from "../../services/catalog/films.contract.ts";
import { wiring } from "../../services/shared/wire.ts";
import { film } from "../gateway/film.ts";
import { tell } from "../gateway/ready.ts";

const broker = new ServiceBroker(config as BrokerOptions);
broker.createService({ name: "films", actions: wiring().serve(get, () => film) });
await broker.start();
tell({});
