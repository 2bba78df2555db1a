/** Who the benchmarks ask as, and the actors that vouch for it; what accounts do is not measured. */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { exportJWK, SignJWT } from "jose";
import type { ServiceSchema } from "moleculer";
import { env } from "../../config/env.ts";
import { jwks } from "../../services/access/keys.contract.ts";
import { revoked } from "../../services/access/sessions.contract.ts";
import { wiring } from "../../services/shared/wire.ts";

/** A token of a viewer, good for an hour at the public door, and the services that make it one. */
export async function signedIn(): Promise<{ token: string; services: ServiceSchema[] }> {
  const { serve } = wiring();
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const key = { ...(await exportJWK(publicKey)), kid: "bench", alg: "EdDSA", use: "sig" };
  const token = await new SignJWT({
    ...{ sid: randomUUID(), roles: ["viewer"], amr: ["pwd"], auth_time: Date.now() / 1_000 },
  })
    .setProtectedHeader({ alg: "EdDSA", kid: "bench", typ: "at+jwt" })
    .setIssuer(env.accounts.PUBLIC_URL)
    .setAudience(["public"])
    .setSubject(randomUUID())
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(privateKey);
  const services = [
    { name: "keys", actions: serve(jwks, () => ({ keys: [key as never] })) },
    {
      name: "sessions",
      actions: serve(revoked, () => ({ items: [], next: new Date().toISOString() })),
    },
  ];
  return { token, services };
}
