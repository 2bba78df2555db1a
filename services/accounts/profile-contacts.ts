/** Addresses of a person, and what shows that they are theirs. Pure. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { UserBody } from "./profile.ts";
import { ContactsFull } from "./users.contract.ts";

export interface Contact {
  id: string;
  address: string;
  verified: boolean;
  primary: boolean;
  /** What was sent there to verify it; of the code a hash. */
  challenge?: { hash: string; until: string; tries: number };
}

export const codeMinutes = 30;
const mostContacts = 10;
const triesOfCode = 5;
/** A second code so soon would only be a nuisance. */
const resendMs = 60_000;

/** Of secrets only this is kept. */
export const hashOf = (...parts: string[]): string =>
  createHash("sha256").update(parts.join("\n")).digest("hex");

/** Whether a secret is the one of a hash; in the same time whatever it is. */
export const isSecret = (secret: string, hash: string): boolean =>
  timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(hash));

/**
 * The account's own e-mail before the other contacts. What is verified stays so.
 *
 * @param id of the contact, where there was none
 */
export function withEmail<U extends UserBody>(
  user: U,
  id: string,
  address: string,
  verified: boolean,
): U {
  const before = user.contacts.find((c) => c.primary);
  const others = user.contacts.filter((c) => c !== before && c.address !== address);
  const primary = { id: before?.id ?? id, address, verified, primary: true };
  return { ...user, contacts: [primary, ...others] };
}

/** A new account with its e-mail and language; one that has an e-mail already stays as it is. */
export function registeredAs<U extends UserBody>(
  user: U,
  id: string,
  { email, language }: { email: string; language: "en" | "ru" },
): U {
  if (user.kind === "erased" || user.contacts.some((c) => c.primary)) return user;
  const preferences = { language, ...user.preferences };
  return withEmail({ ...user, preferences }, id, email, false);
}

/**
 * With a code for an address, which is added where it is not there. The same where it is verified
 * already, or a code has just been sent.
 *
 * @throws ContactsFull
 * @param now milliseconds
 */
export function challenged<U extends UserBody>(
  user: U,
  { id, address }: { id: string; address: string },
  code: string,
  now: number,
): U {
  const before = user.contacts.find((c) => c.address === address);
  if (!before && user.contacts.length >= mostContacts) throw ContactsFull();
  const contact = before ?? { id, address, verified: false, primary: false };
  const lastUntil = Date.parse(contact.challenge?.until ?? new Date(0).toISOString());
  const isJustSent = lastUntil - codeMinutes * 60_000 + resendMs > now;
  if (contact.verified || contact.primary || isJustSent) return user;
  const until = new Date(now + codeMinutes * 60_000).toISOString();
  const challenge = { hash: hashOf(user.id, contact.id, code), until, tries: 0 };
  const others = user.contacts.filter((c) => c !== before);
  return { ...user, contacts: [...others, { ...contact, challenge }] };
}

/**
 * The contact after a code was tried: verified, or one try poorer. After five wrong ones, or too
 * late, no code is right any more.
 *
 * @param now ISO
 */
export function tried<U extends UserBody>(user: U, id: string, code: string, now: string): U {
  const found = user.contacts.find((c) => c.id === id);
  if (!found?.challenge) return user;
  const { challenge, ...contact } = found;
  const isOpen = challenge.tries < triesOfCode && now < challenge.until;
  const isRight = isOpen && challenge.hash === hashOf(user.id, id, code);
  const after: Contact = isRight
    ? { ...contact, verified: true }
    : { ...contact, challenge: { ...challenge, tries: challenge.tries + 1 } };
  return { ...user, contacts: user.contacts.map((c) => (c === found ? after : c)) };
}
