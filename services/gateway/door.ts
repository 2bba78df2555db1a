/**
 * The builder of doors. A door is moleculer-web's gateway with its server and aliases; the aliases
 * are made from the contracts that open it, and matched by a radix tree. It owns nothing, promises
 * that what no contract opens is not there, and never lets anything from outside into `meta` but
 * the languages and the idempotency key.
 */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Service, ServiceSchema, ServiceSettingSchema } from "moleculer";
import ApiGateway from "moleculer-web";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import type { Action, Door, Method } from "../shared/contract.ts";
import { answererOf, callByName, type House } from "./asking.ts";
import { type Desk, desk } from "./desk.ts";
import { docs } from "./docs.ts";
import { type Sender, sender } from "./exchange.ts";
import { cors } from "./headers.ts";
import { openapi } from "./openapi.ts";
import type { Recognise } from "./operator.ts";
import { probes } from "./probes.ts";
import { callables, routesOf } from "./routes.ts";
import { serverOf, timeouts } from "./server.ts";

export interface DoorSettings {
  readonly door: Door;
  readonly contracts: readonly Action[];
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Origins whose pages may read the answers; `*` for all. */
  readonly origins: readonly string[];
  readonly bodyLimitBytes: number;
  readonly compression: boolean;
  readonly recognise: Recognise;
  /** Whether a token is asked for, for the documentation. */
  readonly guarded: boolean;
  /** Whether actions may be asked by name. */
  readonly byName: boolean;
  readonly objects: ObjectStore;
  readonly timeouts?: Partial<typeof timeouts>;
}

/** Of what the doors say, not of the package. */
const version = "1.0.0";

interface Doorway extends Service {
  server: Server;
  desk: Desk;
  aliases: { method: Method; fullPath: string }[];
  /** Where it listens, `http://127.0.0.1:3000`. */
  door: string;
  /** The house was started; once it was and is not any more, it stops. */
  opened: boolean;
}

/** A schema whose `this` is a door. */
export type DoorSchema = ServiceSchema<ServiceSettingSchema, object, object, Doorway>;

const isStopping = ({ broker, opened }: Doorway): boolean => opened && !broker.started;

function senderOf(self: Doorway, settings: DoorSettings): Sender {
  return sender({
    cors: cors(settings.origins),
    compression: settings.compression,
    closing: () => isStopping(self),
    log: (requestID, error) => self.logger.error("A request failed.", { requestID }, error),
  });
}

/** Every path that is to be: those of the contracts, by moleculer-web's aliases, and the door's. */
function deskOf(self: Doorway, settings: DoorSettings): Desk {
  const { door, contracts, recognise, guarded, byName, objects } = settings;
  const send = senderOf(self, settings);
  const limits = { bytes: settings.bodyLimitBytes, ms: { ...timeouts, ...settings.timeouts }.body };
  const transfers = { objects, limits };
  const house: House = { broker: self.broker, door, recognise, send, limits, transfers };
  const routes = routesOf(contracts, door);
  const byPlace = new Map(routes.map((route) => [`${route.method} ${route.pattern}`, route]));
  const made = desk(send, cors(settings.origins));
  for (const { method, fullPath } of self.aliases) {
    const route = byPlace.get(`${method} ${fullPath}`);
    if (route) made.on(method, fullPath, answererOf(house, route));
  }
  const named = byName ? callables(contracts, door) : undefined;
  if (named) made.on("POST", "/v1/call/:action", callByName(house, named));
  const title = `Bijou, ${door} door`;
  const description = "An online cinema run by actors. Problems are answered as RFC 9457 says.";
  const document = openapi(routes, { title, description, version, guarded, callables: named });
  const state = () => ({
    started: self.broker.started,
    stopping: isStopping(self),
    paths: self.aliases.length,
  });
  for (const [path, answer] of [...probes(send, state), ...docs(send, document)]) {
    made.on("GET", path, answer);
  }
  return made;
}

/** The schema of a door's service; its name is the door's. */
export function door(settings: DoorSettings): DoorSchema {
  const limits = { ...timeouts, ...settings.timeouts };
  const aliases = Object.fromEntries(
    routesOf(settings.contracts, settings.door).map(({ method, pattern, contract }) => [
      `${method} ${pattern}`,
      contract.name,
    ]),
  );
  return {
    name: settings.door,
    mixins: [ApiGateway],
    settings: {
      port: settings.port,
      ip: settings.host,
      logRouteRegistration: null,
      routes: [{ path: "/", mappingPolicy: "restrict", aliases }],
    } as ServiceSchema["settings"],
    // The gateway's own actions would let others list and change the paths.
    actions: closed,
    events: {
      "$broker.started"(this: Doorway) {
        this.opened = true;
      },
    },
    methods: {
      createServer(this: Doorway) {
        this.server ??= serverOf((req, res) => this.desk.take(req, res), limits);
      },
    },
    created(this: Doorway) {
      this.opened = false;
      this.desk = deskOf(this, settings);
    },
    async started(this: Doorway) {
      this.opened = this.broker.started;
      const address = this.server.address() as AddressInfo;
      const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
      this.door = `http://${host}:${address.port}`;
    },
    async stopped(this: Doorway) {
      if (!this.server.listening) return;
      const late = setTimeout(() => this.server.closeAllConnections(), limits.stop);
      this.server.once("close", () => clearTimeout(late));
    },
  };
}

const closed = { rest: false, listAliases: false, addRoute: false, removeRoute: false } as never;
