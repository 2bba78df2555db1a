/** Codes of authenticator apps (TOTP, RFC 6238: SHA-1, six digits, thirty seconds). */
import { Secret, TOTP } from "otpauth";

const periodSeconds = 30;
const settings = { issuer: "Bijou", algorithm: "SHA1", digits: 6, period: periodSeconds } as const;

/** A new secret, as text to type in, and as `otpauth:` to make a QR code of. @param label whose */
export function newTotp(label: string): { secret: string; uri: string } {
  const secret = new Secret({ size: 20 });
  return { secret: secret.base32, uri: new TOTP({ ...settings, label, secret }).toString() };
}

/**
 * The period whose code it is, counted from the epoch; undefined when it is none of now, the one
 * before or the one after.
 *
 * @param now milliseconds since the epoch
 */
export function periodOf(secret: string, code: string, now: number): number | undefined {
  const totp = new TOTP({ ...settings, secret: Secret.fromBase32(secret) });
  const delta = totp.validate({ token: code, timestamp: now, window: 1 });
  return delta === null ? undefined : Math.floor(now / 1_000 / periodSeconds) + delta;
}

/** The code of a time, as the app shows it. */
export const codeAt = (secret: string, now: number): string =>
  new TOTP({ ...settings, secret: Secret.fromBase32(secret) }).generate({ timestamp: now });
