/** What all doors of a node share, put together from the configuration. */
import type { ServiceBroker } from "moleculer";
import { responses } from "../../config/cache.ts";
import { env } from "../../config/env.ts";
import { addressOf, limits } from "../../config/limits.ts";
import { objects, tickets } from "../../config/objects.ts";
import { figures, metrics, openAccessLog } from "../../config/observing.ts";
import { clusterOf } from "../../config/sockets.ts";
import "../../mixins/problems.ts";
import { traceId, traceOf } from "../../mixins/observing/trace.ts";
import type { Ledger } from "../../mixins/resilience/once.ts";
import type { SocketsObserver } from "../../mixins/sockets/house.ts";
import { socketPath } from "../../mixins/sockets/protocol.ts";
import { actions, events } from "../contracts.ts";
import * as answers from "../operations/answers.contract.ts";
import type { Door } from "../shared/contract.ts";
import { call } from "../shared/wire.ts";
import { door } from "./door.ts";
import type { Exchange } from "./exchange.ts";
import { guarding } from "./guarding.ts";
import type { DoorSettings } from "./housing.ts";
import { withSockets } from "./realtime.ts";

const { gateway, doors, accounts } = env;

/** Kept by the actor that remembers answers. */
export const ledgerOf = (broker: ServiceBroker): Ledger => ({
  claim: (id, fingerprint) => call(broker, answers.claim, { id, fingerprint }),
  keep: async (id, answer) => {
    await call(broker, answers.keep, answer ? { id, answer } : { id });
  },
  release: async (id) => {
    await call(broker, answers.release, { id });
  },
});

/** Nobody wants to read that a balancer has asked. */
const silent = new Set(["/livez", "/readyz"]);

/** Counts an answer, and writes its line. */
export function observing(at: Door): NonNullable<DoorSettings["answered"]> {
  const log = openAccessLog();
  return (x: Exchange, status) => {
    const seconds = (performance.now() - x.began) / 1_000;
    const { method = "", url = "", headers } = x.req;
    metrics.request(at, method, x.route ?? "none", status, seconds);
    if (silent.has(x.route ?? "")) return;
    if (method === "GET" && status < 400) metrics.read();
    if (!log) return;
    const [path] = url.split("?", 1);
    const route = x.route;
    log.write({
      ...{ door: at, id: x.id, method, status, seconds, route },
      trace: traceId(x.trace ?? traceOf(headers.traceparent, x.id)),
      path: route === undefined ? undefined : path,
      address: x.address || addressOf(x.req),
      user: x.caller?.id,
    });
  };
}

/** The same of what happens at its sockets. */
export function observingSockets(at: Door): SocketsObserver {
  const log = openAccessLog();
  const counted = figures.of(at);
  // Where it came from is not known any more once it has ended.
  const addresses = new WeakMap<object, string>();
  return {
    passed: counted.passed,
    seen(one) {
      counted.seen(one);
      const { event, id, req, status, seconds, caller, action, reason } = one;
      const address = addresses.get(req) ?? addressOf(req);
      addresses.set(req, address);
      log?.write({
        ...{ door: at, id, status, seconds, reason, event: `socket-${event}` },
        ...{ method: req.method, route: action ?? socketPath, path: socketPath },
        trace: traceId(traceOf(req.headers.traceparent, id)),
        address,
        user: caller?.id,
      });
    },
  };
}

type Own = Pick<DoorSettings, "door" | "host" | "port" | "origins"> & {
  yields?: boolean;
  byName?: boolean;
  operatorToken?: string;
  /** Whether it has sockets too. */
  sockets?: boolean;
};

/** The service of a door. */
export const open = ({ operatorToken, sockets, byName = false, origins, ...own }: Own) => {
  const made = door({
    ...own,
    byName,
    contracts: actions,
    // Where the proxy answers CORS, the doors know of no origins.
    origins: doors.CORS_AT === "door" ? origins : [],
    bodyLimitBytes: gateway.BODY_LIMIT_BYTES,
    compression: gateway.COMPRESSION,
    guard: guarding(own.door, operatorToken),
    stepUpMs: accounts.STEP_UP_SECONDS * 1_000,
    answered: observing(own.door),
    ledger: ledgerOf,
    ...{ addressOf, limits, responses, objects, tickets },
  });
  const cluster = clusterOf(own.door);
  if (!sockets) return made;
  const realtime = { door: own.door, actions, events, origins, cluster, addressOf };
  const observer = observingSockets(own.door);
  return withSockets(made, { ...realtime, observer, requests: limits });
};
