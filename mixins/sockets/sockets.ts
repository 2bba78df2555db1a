/**
 * Sockets for a door, as a mixin that stands before the gateway's: it opens on the door's server
 * once that listens, and closes before it, since a server waits for what is open.
 */
import type { Server } from "node:http";
import type { Service, ServiceSchema } from "moleculer";
import type { Event } from "../../services/shared/contract.ts";
import { newId } from "../../services/shared/ids.ts";
import { wiring } from "../../services/shared/wire.ts";
import { Hall } from "./hall.ts";
import type { SocketsSettings } from "./house.ts";

export type { SocketsSettings } from "./house.ts";

interface WithSockets extends Service {
  server: Server;
  sockets?: Hall;
}

const { hear } = wiring<WithSockets>();

/** The mixin. List it before the gateway's: `mixins: [sockets(…), ApiGateway]`. */
export function sockets(settings: SocketsSettings): ServiceSchema {
  const own = `sockets-${settings.door}-${newId()}`;
  // Joined, the nodes of a door share events: the one that hears tells the sockets of all.
  const group = settings.cluster ? `sockets-${settings.door}` : own;
  const relayed = (event: Event) =>
    hear(event, group, function (data) {
      this.sockets?.emitHeard(event.name, data, event.room?.(data));
    });
  const heard = settings.events.filter(({ hears }) => hears?.[settings.door]);
  return {
    name: `${settings.door}-sockets`,
    events: {
      ...Object.assign({}, ...heard.map(relayed)),
      ...hear(settings.appended, group, function ({ user, entry }) {
        this.sockets?.emitEntry(user, entry);
      }),
      ...hear(settings.revoked, own, function (revocation) {
        this.sockets?.sessions.hear(revocation);
      }),
      // Of a node that starts, whoever knows may be there only now.
      "$broker.started"(this: WithSockets) {
        void this.sockets?.sessions.poll();
      },
    },
    started(this: WithSockets) {
      this.sockets = new Hall(settings, this);
      void this.sockets.sessions.poll();
      this.sockets.open(this.server);
    },
    async stopped(this: WithSockets) {
      await this.sockets?.close();
    },
  } as unknown as ServiceSchema;
}
