/**
 * The ways in which the doors recognise who stands before them, over the actors that know: tokens by
 * published keys, keys by asking, the house's own token until there is an admin.
 */
import type { ServiceBroker } from "moleculer";
import { z } from "zod";
import { revocationCopies } from "../../config/cache.ts";
import { env } from "../../config/env.ts";
import { strongest } from "../../mixins/tokens/claims.ts";
import { makeVerifier, type Verifier } from "../../mixins/tokens/verifier.ts";
import * as apikeys from "../access/apikeys.contract.ts";
import { jwks } from "../access/keys.contract.ts";
import { revoked } from "../access/sessions.contract.ts";
import { admins } from "../accounts/support.contract.ts";
import { recognise } from "../accounts/users.contract.ts";
import type { Door } from "../shared/contract.ts";
import { call } from "../shared/wire.ts";
import { isThere } from "./entry.ts";
import { type Guard, recognising, shownBy } from "./recognising.ts";
import { TokenRefused } from "./refusals.ts";

/** One verifier for the doors of a broker: a token that one has seen the others know. */
const verifiers = new WeakMap<ServiceBroker, { verifier: Verifier; doors: number }>();

function verifierOf(broker: ServiceBroker) {
  const known = verifiers.get(broker);
  if (known) return known;
  const verifier = makeVerifier({
    issuer: env.accounts.PUBLIC_URL,
    jwks: () => call(broker, jwks, {}),
    revokedSince: (since) =>
      revocationCopies.revoked(since, async () => {
        if (!isThere(broker, revoked)) throw new Error("No node keeps sessions.");
        return call(broker, revoked, since === undefined ? {} : { since });
      }),
    failed: (error) => broker.logger.debug("Revocations could not be asked for:", error),
    pollMs,
  });
  const made = { verifier, doors: 0 };
  verifiers.set(broker, made);
  return made;
}

const pollMs = 4_000;
/** With the second after which sockets look again, within five. */
const standingMs = 2_000;

/** The house's own token stands in for operators until there is an admin. */
function standingIn(broker: ServiceBroker, token: string | undefined) {
  let isWanted = true;
  let timer: NodeJS.Timeout | undefined;
  const ask = async () => {
    if (!isThere(broker, admins)) return;
    // Where nobody can be asked it stays as it was.
    const found = await call(broker, admins, {}).catch(() => undefined);
    if (found) isWanted = found.count === 0;
  };
  return {
    token: () => (isWanted ? token : undefined),
    retired: () => (isWanted ? undefined : token),
    start() {
      if (token === undefined) return;
      timer = setInterval(ask, standingMs).unref();
      void ask();
    },
    stop: () => clearInterval(timer),
  };
}

/** Access tokens, API keys and, at the operator's door, the house's own token. */
export const guarding =
  (at: Door, operatorToken?: string) =>
  (broker: ServiceBroker): Guard => {
    const shared = verifierOf(broker);
    const house = standingIn(broker, operatorToken);
    const keys = shownBy(async (key) => {
      const { id, account, roles, actions: only } = await call(broker, apikeys.check, { key });
      return { id: account, role: strongest(roles), roles, key: id, actions: only };
    });
    const guests = shownBy(async (shown) => {
      const colon = shown.indexOf(":");
      const guest = { id: shown.slice(0, Math.max(0, colon)), secret: shown.slice(colon + 1) };
      if (!z.uuid().safeParse(guest.id).success || guest.secret === "") throw TokenRefused();
      const { id } = await call(broker, recognise, guest);
      return { id, role: "guest" };
    });
    return {
      recognise: recognising(at, {
        operatorToken: house.token,
        retiredToken: house.retired,
        tokens: shared.verifier,
        keys,
        guests,
      }),
      start() {
        house.start();
        if (shared.doors++ === 0) void shared.verifier.start();
      },
      stop() {
        house.stop();
        if (shared.doors > 0 && --shared.doors === 0) shared.verifier.stop();
      },
      hear(told) {
        shared.verifier.hear(told);
        void revocationCopies.tell([told]);
      },
    };
  };
