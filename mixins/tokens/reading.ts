/** A token as it arrives, read by published keys: what it says, or why it is refused. */
import { decodeProtectedHeader, jwtVerify } from "jose";
import { z } from "zod";
import { problem } from "../../services/shared/problem.ts";
import { Claims, tokenType } from "./claims.ts";
import type { KeySet } from "./key-set.ts";

export const TokenInvalid = problem(
  "TOKEN_INVALID",
  401,
  {
    en: "The token is not valid here: {reason}. Refresh it, or sign in again.",
    ru: "Токен здесь недействителен ({reason}). Обновите его или войдите снова.",
  },
  z.object({ reason: z.enum(["forged", "expired", "revoked", "for another door"]) }),
);

const longestToken = 4_096;

/**
 * Checks signature, kind, issuer and times; not for whom it is, nor whether it was revoked.
 *
 * @param at.now milliseconds since the epoch
 * @throws TOKEN_INVALID; whatever reading the keys throws
 */
export async function readClaims(
  token: string,
  keys: KeySet,
  { issuer, now }: { issuer: string; now: number },
): Promise<Claims> {
  const forged = TokenInvalid({ reason: "forged" });
  if (token.length > longestToken) throw forged;
  const kid = kidOf(token);
  const key = kid && (await keys.get(kid));
  if (!key) throw forged;
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ["EdDSA"],
      issuer,
      typ: tokenType,
      requiredClaims: ["exp", "iat", "sub", "aud"],
      currentDate: new Date(now),
    });
    return Claims.parse(payload);
  } catch (error) {
    throw codeOf(error) === "ERR_JWT_EXPIRED" ? TokenInvalid({ reason: "expired" }) : forged;
  }
}

const codeOf = (error: unknown): unknown =>
  typeof error === "object" && error !== null ? Reflect.get(error, "code") : undefined;

function kidOf(token: string): string | undefined {
  try {
    const { kid, alg } = decodeProtectedHeader(token);
    return alg === "EdDSA" ? kid : undefined;
  } catch {
    return undefined;
  }
}
