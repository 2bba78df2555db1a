/** A newer token on a socket that is open: looked at and counted as one in a handshake. */
import { TooMany } from "../limits/limits.ts";
import { whoShows } from "./admission.ts";
import { Bucket } from "./bounds.ts";
import type { SocketHouse } from "./house.ts";
import { MessageRefused, PersonRefused } from "./refusals.ts";
import type { Visitor } from "./visitor.ts";

const minute = 60;

/** What `authenticate` does. */
export function renewing(house: SocketHouse) {
  const { entrance, allowed, limits } = house;
  const buckets = new WeakMap<Visitor, Bucket>();

  /** One socket would otherwise try as many tokens as it may send messages. */
  function mayTry(visitor: Visitor): void {
    const now = performance.now();
    const most = limits.tokens;
    const bucket =
      buckets.get(visitor) ?? new Bucket({ perSecond: most / minute, burst: most }, now);
    buckets.set(visitor, bucket);
    if (bucket.take(now)) return;
    throw TooMany({ limit: most, seconds: minute, retryAfter: Math.ceil(minute / most) });
  }

  return async (visitor: Visitor, token: unknown) => {
    if (typeof token !== "string") throw MessageRefused();
    mayTry(visitor);
    const known = await whoShows(entrance, visitor.socket.request, token);
    const { caller, anonymous } = visitor.known;
    if (!anonymous && known.caller.id !== caller.id) throw PersonRefused();
    house.renew(visitor, known);
    // What a lesser role may not hear, it hears no more.
    for (const [place, { event }] of visitor.heard) {
      const open = allowed.heard.get(event);
      try {
        if (open) entrance.admit(known.caller, open.needs, open.contract);
      } catch {
        await visitor.ignore(place);
      }
    }
    const { expiresAt } = known;
    return { expiresInMs: expiresAt === undefined ? null : expiresAt - Date.now() };
  };
}
