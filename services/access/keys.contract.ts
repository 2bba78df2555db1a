/** The keys that sign access tokens. Their private halves never leave the actor. */
import { z } from "zod";
import { AccountRole } from "../accounts/account.contract.ts";
import { AccountId } from "../accounts/accounts.contract.ts";
import { action } from "../shared/contract.ts";

const Jwk = z.strictObject({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string(),
  kid: z.string(),
  alg: z.literal("EdDSA"),
  use: z.literal("sig"),
});
const nothing = z.strictObject({});

export const jwks = action("keys.jwks", nothing, z.strictObject({ keys: z.array(Jwk) }), {
  summary: "The public keys by which access tokens are verified (RFC 7517).",
  route: "GET /.well-known/jwks.json",
  opens: { public: "guest" },
  cacheSeconds: 60,
});
export const rotate = action(
  "keys.rotate",
  nothing,
  z.strictObject({ kid: z.string(), activeFrom: z.iso.datetime() }),
  {
    summary: "Publishes another key now; it signs as soon as every door has it.",
    route: "POST /v1/keys/rotate",
    opens: { admin: "admin" },
    stepUp: true,
  },
);
/** For sessions alone. Times are milliseconds since the epoch. */
export const sign = action(
  "keys.sign",
  z.strictObject({
    account: AccountId,
    session: z.uuid(),
    roles: z.array(AccountRole),
    amr: z.array(z.string()),
    signedInAt: z.number(),
    stepUpAt: z.number().optional(),
    /** Tokens made until then are refused: this one is younger. */
    refusedAt: z.number().optional(),
    actor: z.string().optional(),
  }),
  z.strictObject({ token: z.string(), expiresIn: z.int() }),
  { summary: "An access token." },
);
