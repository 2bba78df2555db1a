/** What a door is made with, and the parts that its paths share. */
import type { ServiceBroker } from "moleculer";
import type { Latch } from "../../mixins/latch.ts";
import type { AddressOf } from "../../mixins/limits/address.ts";
import type { Limits } from "../../mixins/limits/limits.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import type { Tickets } from "../../mixins/objects/tickets.ts";
import { type Ledger, Once } from "../../mixins/resilience/once.ts";
import type { Responses } from "../../mixins/resilience/responses.ts";
import { clock } from "../shared/clock.ts";
import type { Action, Door } from "../shared/contract.ts";
import { tell } from "../shared/wire.ts";
import type { House } from "./asking.ts";
import { wrote } from "./doors.contract.ts";
import { actorsOf, entry } from "./entry.ts";
import type { Exchange } from "./exchange.ts";
import type { Guard } from "./recognising.ts";
import type { Sender } from "./sender.ts";
import { timeouts } from "./server.ts";

export interface DoorSettings {
  readonly door: Door;
  readonly contracts: readonly Action[];
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Nobody has asked for that port: a free one will do where it is taken. */
  readonly yields?: boolean;
  /** Origins whose pages may read the answers; `*` for all. */
  readonly origins: readonly string[];
  readonly bodyLimitBytes: number;
  readonly compression: boolean;
  /** Who stands at the door. */
  readonly guard: (broker: ServiceBroker) => Guard;
  /** So long ago may a password have been shown for what is dangerous. */
  readonly stepUpMs: number;
  readonly addressOf: AddressOf;
  readonly limits?: Limits;
  /** What is kept, by all doors of a node. */
  readonly responses?: Responses;
  /** Remembers what was done under an Idempotency-Key. */
  readonly ledger?: (broker: ServiceBroker) => Ledger;
  /** Told of every answer as it begins. */
  readonly answered?: (x: Exchange, status: number) => void;
  /** Whether actions may be asked by name. */
  readonly byName: boolean;
  readonly objects: ObjectStore;
  /** By which the addresses of objects are served that the house has given out. */
  readonly tickets?: Tickets | undefined;
  readonly timeouts?: Partial<typeof timeouts>;
}

/** What is behind a door. */
interface Behind {
  broker: ServiceBroker;
  guard: Guard;
  latch: Latch;
}

/** The parts of one door, over a broker. */
export function houseOf(
  { broker, guard, latch }: Behind,
  settings: DoorSettings,
  send: Sender,
): House {
  const { door, objects, responses, ledger, addressOf, stepUpMs } = settings;
  const limits = { bytes: settings.bodyLimitBytes, ms: { ...timeouts, ...settings.timeouts }.body };
  const rules = { addressOf, stepUpMs, limits: settings.limits, now: clock.now, latch };
  return {
    door,
    enter: entry({ recognise: guard.recognise, ...rules }),
    choose: actorsOf(broker),
    send,
    limits,
    transfers: { objects, limits, tickets: settings.tickets },
    responses,
    once:
      ledger &&
      new Once(ledger(broker), (error) =>
        broker.logger.warn("An Idempotency-Key could not be settled:", error),
      ),
    wrote(actor) {
      responses?.clear(actor);
      if (responses) void tell({ emit: broker.broadcast.bind(broker) }, wrote, { actor });
    },
  };
}
