/**
 * Variant `alias`: a bare moleculer-web alias over an action that returns the same film; nothing of
 * the gateway's log, no ETag, no validation.
 */
import { ServiceBroker } from "moleculer";
import ApiGateway from "moleculer-web";
import { film } from "./film.ts";
import { ready } from "./ready.ts";

const broker = new ServiceBroker({ logger: { type: "Console", options: { level: "warn" } } });
broker.createService({ name: "films", actions: { get: () => film } });
const service = broker.createService({
  name: "api",
  mixins: [ApiGateway],
  settings: {
    port: 0,
    ip: "127.0.0.1",
    logRequest: null,
    logRequestParams: null,
    logResponse: null,
    routes: [{ path: "/", aliases: { "GET /v1/films/:id": "films.get" }, logging: false }],
  } as never,
});
await broker.start();
ready(Reflect.get(service, "server"), film.id);
