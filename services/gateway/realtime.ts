/**
 * Sockets for a door: its own guard, rules and targets, over socket.io. What they may be asked and
 * may hear stands in the contracts (`socket`, `hears`); rooms are called after what they are about.
 */
import { decodeJwt } from "jose";
import type { Service } from "moleculer";
import { spoken } from "../../mixins/http/languages.ts";
import type { Latch } from "../../mixins/latch.ts";
import { type AddressOf, bucketOf } from "../../mixins/limits/address.ts";
import type { Limits } from "../../mixins/limits/limits.ts";
import type { Entrance, SocketsSettings } from "../../mixins/sockets/house.ts";
import { KeyOfSocket } from "../../mixins/sockets/refusals.ts";
import { sockets } from "../../mixins/sockets/sockets.ts";
import type { Known } from "../../mixins/sockets/visitor.ts";
import { revocation, revoked } from "../access/sessions.contract.ts";
import { get } from "../catalog/films.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Action, Caller } from "../shared/contract.ts";
import { call } from "../shared/wire.ts";
import type { DoorSchema } from "./door.ts";
import { actorsOf, isThere, optionsOf } from "./entry.ts";
import { exchange } from "./exchange.ts";
import { answerTo } from "./problems.ts";
import { appended } from "./realtime.contract.ts";
import type { Guard, Recognise } from "./recognising.ts";
import { admit, isHouse } from "./roles.ts";

type Passed = "door" | "actions" | "events" | "origins" | "cluster" | "observer";
export interface RealtimeSettings extends Pick<SocketsSettings, Passed> {
  readonly addressOf: AddressOf;
  /** Shared with the door's requests. */
  readonly requests?: Limits | undefined;
  /** Of one socket. */
  readonly limits?: SocketsSettings["limits"];
}

/** Seconds of a token, as milliseconds since the epoch. What is no JWT does not expire. */
function timesOf(token: string): Pick<Known, "issuedAt" | "expiresAt"> {
  try {
    const { iat, exp } = decodeJwt(token);
    return {
      ...(iat === undefined ? {} : { issuedAt: iat * 1_000 }),
      ...(exp === undefined ? {} : { expiresAt: exp * 1_000 }),
    };
  } catch {
    return {};
  }
}

/** Who is no page may show the token as requests do. */
const bearerOf = (authorization = ""): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(authorization)?.[1];

/** By the door's own recognition; API keys are for requests, since nothing tells of their end. */
const recognisingBy =
  (recognise: Recognise): Entrance["recognise"] =>
  async (req, shown) => {
    const { authorization, "x-api-key": key, ...headers } = req.headers;
    if (key !== undefined) throw KeyOfSocket();
    const token = shown ?? bearerOf(authorization);
    if (token !== undefined) Object.assign(headers, { authorization: `Bearer ${token}` });
    const look = async () => recognise({ headers, socket: req.socket } as typeof req);
    const caller = await look();
    if (caller.key !== undefined) throw KeyOfSocket();
    if (token === undefined) return { caller, anonymous: true };
    // The house's own token ends when there is an admin, and has no session that could be ended.
    if (isHouse(caller)) return { caller, stands: () => look().then(isHouse, () => false) };
    return { caller, ...timesOf(token) };
  };

function entranceOf(door: Service, { addressOf, requests }: RealtimeSettings): Entrance {
  const guard = Reflect.get(door, "guard") as Guard;
  const latch = Reflect.get(door, "latch") as Latch;
  const recognise = recognisingBy(guard.recognise);
  const choose = actorsOf(door.broker);
  return {
    async recognise(req, token) {
      await latch.wait();
      return recognise(req, token);
    },
    async count(req, caller) {
      const isGuest = caller === undefined || caller.role === "guest";
      await (isGuest
        ? requests?.take("address", bucketOf(addressOf(req)))
        : requests?.take("user", caller.id));
    },
    // Nothing that wants a step-up is open to sockets.
    admit: (caller, needs, { name }) =>
      admit(caller, { name } as Action, needs, { stepUpMs: 0, now: clock.now }),
    ask(req, contract, caller, params, id) {
      const x = exchange(req, undefined as never, id);
      x.address = addressOf(req);
      return choose(contract, caller).ask(params as object, optionsOf(x, contract, caller));
    },
  };
}

/** A film has a room where its door shows the film. */
const film = async (id: string, caller: Caller, broker: Service["broker"]) => {
  await call(broker, get, { id }, { meta: { caller } });
};

/** The door with sockets: their part stands before the gateway's, so that it is closed first. */
export function withSockets(schema: DoorSchema, settings: RealtimeSettings): DoorSchema {
  const { requests: _, limits = {}, ...passed } = settings;
  const mixin = sockets({
    ...{ ...passed, limits, appended },
    entrance: (self) => entranceOf(self, settings),
    problem: (error, instance, languages) => answerTo(error, instance, spoken(languages)).body,
    rooms: { film },
    revoked: revocation,
    revokedSince: async (broker, since) => {
      if (!isThere(broker, revoked)) throw new Error("No node keeps sessions yet.");
      return call(broker, revoked, since === undefined ? {} : { since });
    },
  });
  return { ...schema, mixins: [mixin, ...(schema.mixins ?? [])] } as DoorSchema;
}
