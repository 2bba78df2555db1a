/**
 * Which passwords are taken (NIST SP 800-63B, 3.1.1): long enough, not among the commonest, not the
 * e-mail in other words. No other rules of composition. Pure.
 */
import { common, skeleton } from "./common.ts";

export const shortest = 10;
/** Characters; a limit at all so that nobody has a megabyte hashed. */
export const longest = 256;

export type PasswordFault = "short" | "long" | "common" | "email";

/** Made of one or two characters, or of steps up or down the alphabet. */
function isMonotone(password: string): boolean {
  const codes = [...password].map((letter) => letter.codePointAt(0) ?? 0);
  const steps = new Set(codes.slice(1).map((code, i) => code - (codes[i] ?? 0)));
  return new Set(codes).size <= 2 || (steps.size === 1 && Math.abs([...steps][0] ?? 2) <= 1);
}

/** The parts of an e-mail of which nobody should make a password. */
const partsOf = (email: string): string[] => {
  const [name = "", host = ""] = email.toLowerCase().split("@");
  const parts = [email.toLowerCase(), name, name.replace(/[^\p{L}\p{N}]/gu, ""), host];
  return parts.filter((part) => part.length >= 4);
};

/** True when hardly more is in it than a part of the e-mail. */
const isLikeEmail = (password: string, email: string): boolean =>
  partsOf(email).some((part) => {
    const lower = password.toLowerCase();
    return lower.includes(part) && lower.length - part.length < shortest - 4;
  });

/**
 * What is wrong with a password, or undefined.
 *
 * @param email of the account that it is for
 */
export function faultOf(given: string, email = ""): PasswordFault | undefined {
  const password = given.normalize("NFKC");
  const { length } = [...password];
  if (length < shortest) return "short";
  if (length > longest) return "long";
  if (common.has(skeleton(password)) || isMonotone(password)) return "common";
  return isLikeEmail(password, email) ? "email" : undefined;
}
