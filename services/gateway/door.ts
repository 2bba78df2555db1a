/**
 * The builder of doors. A door is moleculer-web's gateway with its server and aliases; the aliases
 * are made from the contracts that open it, and matched by a radix tree. It owns nothing, promises
 * that what no contract opens is not there, and never lets anything from outside into `meta` but
 * the languages and the idempotency key.
 */
import { randomUUID } from "node:crypto";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Service, ServiceSchema, ServiceSettingSchema } from "moleculer";
import ApiGateway from "moleculer-web";
import { cors } from "../../mixins/http/headers.ts";
import { Latch } from "../../mixins/latch.ts";
import { revocation } from "../access/sessions.contract.ts";
import type { Method } from "../shared/contract.ts";
import { wiring } from "../shared/wire.ts";
import { answererOf, callByName } from "./asking.ts";
import { type Desk, desk } from "./desk.ts";
import { docs, notStarted, probes } from "./docs.ts";
import { wrote } from "./doors.contract.ts";
import { type DoorSettings, houseOf } from "./housing.ts";
import { openapi } from "./openapi.ts";
import type { Guard } from "./recognising.ts";
import { callables, routesOf } from "./routes.ts";
import { type Sender, sender } from "./sender.ts";
import { listening, serverOf, timeouts } from "./server.ts";

interface Doorway extends Service {
  server: Server;
  desk: Desk;
  guard: Guard;
  aliases: { method: Method; fullPath: string }[];
  /** Where it listens, `http://127.0.0.1:3000`. */
  door: string;
  /** Open once the house was started; once it is not started any more, it stops. */
  latch: Latch;
}

/** A schema whose `this` is a door. */
export type DoorSchema = ServiceSchema<ServiceSettingSchema, object, object, Doorway>;

const isStopping = ({ broker, latch }: Doorway): boolean => latch.opened && !broker.started;

/** The house has started. */
function begun({ latch, guard }: Doorway): void {
  latch.open();
  guard.start?.();
}

function senderOf(self: Doorway, settings: DoorSettings): Sender {
  return sender({
    cors: cors(settings.origins),
    compression: settings.compression,
    closing: () => isStopping(self),
    log: (requestID, error) => self.logger.error("A request failed.", { requestID }, error),
    answered: settings.answered,
  });
}

/** Every path that is to be: those of the contracts, by moleculer-web's aliases, and the door's. */
function deskOf(self: Doorway, settings: DoorSettings): Desk {
  const { door, contracts, byName } = settings;
  const send = senderOf(self, settings);
  const house = houseOf(self, settings, send);
  const routes = routesOf(contracts, door);
  const byPlace = new Map(routes.map((route) => [`${route.method} ${route.pattern}`, route]));
  const made = desk(send, cors(settings.origins));
  for (const { method, fullPath } of self.aliases) {
    const route = byPlace.get(`${method} ${fullPath}`);
    if (route) made.on(method, fullPath, answererOf(house, route));
  }
  const named = byName ? callables(contracts, door) : undefined;
  if (named) made.on("POST", "/v1/call/:action", callByName(house, named));
  const description = "An online cinema run by actors. Problems are answered as RFC 9457 says.";
  // The version of what the doors say, not of the package.
  const about = { title: `Bijou, ${door} door`, description, version: "1.0.0" };
  const document = openapi(routes, { ...about, callables: named });
  const state = () => ({
    started: self.broker.started,
    stopping: isStopping(self),
    paths: contracts.length,
  });
  for (const [path, answer] of [...probes(send, state), ...docs(send, document)]) {
    made.on("GET", path, answer);
  }
  return made;
}

/** Each door hears what is told to all: a group of its own. */
const heard = (settings: DoorSettings, group: string) => ({
  ...wiring<Doorway>().hear(revocation, group, function (told) {
    this.guard.hear?.(told);
  }),
  ...wiring<Doorway>().hear(wrote, group, ({ actor }) => settings.responses?.clear(actor)),
});

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
      ...heard(settings, `${settings.door}-${randomUUID()}`),
      "$broker.started"(this: Doorway) {
        begun(this);
      },
    },
    methods: {
      createServer(this: Doorway) {
        const take: RequestListener = (req, res) => this.desk.take(req, res);
        this.server ??= listening(serverOf(take, limits), settings);
      },
    },
    created(this: Doorway) {
      this.latch = new Latch(notStarted);
      this.guard = settings.guard(this.broker);
      this.desk = deskOf(this, settings);
    },
    async started(this: Doorway) {
      // A door of a house that runs already is told of no start.
      if (this.broker.started) begun(this);
      const address = this.server.address() as AddressInfo;
      const host = address.family === "IPv6" ? `[${address.address}]` : address.address;
      this.door = `http://${host}:${address.port}`;
    },
    async stopped(this: Doorway) {
      this.guard.stop?.();
      if (!this.server.listening) return;
      const late = setTimeout(() => this.server.closeAllConnections(), limits.stop);
      this.server.once("close", () => clearTimeout(late));
    },
  };
}

const closed = { rest: false, listAliases: false, addRoute: false, removeRoute: false } as never;
