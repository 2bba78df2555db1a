/** The rules of an account: how it is made, shown to be somebody's, and changed. Pure. */
import { hash } from "node:crypto";
import type { z } from "zod";
import type { AccountRole, Status } from "./account.contract.ts";
import type { Language } from "./accounts.contract.ts";

/** Something mailed that proves whose e-mail it is. Of the secret only the hash. */
export interface Code {
  kind: "verify" | "reset" | "email";
  hash: string;
  /** ISO. */
  until: string;
  /** What comes into force with it: a password, a provider that vouched, another e-mail. */
  password?: string;
  identity?: string;
  email?: string;
  /** Another credential waited for the same e-mail when this one came, or when that one did. */
  rival?: true;
}

export interface SecondFactor {
  /** The secret, sealed. */
  sealed: string;
  /** The last period whose code was used: none is taken twice. */
  last: number;
  /** Hashes of the backup codes that are left. */
  backup: string[];
}

export interface AccountBody {
  id: string;
  email?: string;
  status: z.output<typeof Status>;
  language: z.output<typeof Language>;
  roles: AccountRole[];
  /** PHC string. Without one there is no signing in by password. */
  password?: string;
  factor?: SecondFactor;
  /** A second factor that was begun and not confirmed. */
  begun?: { sealed: string; until: string };
  /** `provider|subject` */
  identities: string[];
  codes: Code[];
  /** When something of it is over, ISO. */
  tidyAt?: string;
  /** Hashes of the devices that have signed in, the last ones last. */
  devices: string[];
  suspended?: { reason: string; at: string };
}

const mostCodes = 5;
const mostDevices = 20;

/** How secrets with enough chance in them are kept. */
export const hashOf = (secret: string): string => hash("sha256", secret, "base64url");

/** Two spellings of an e-mail are one account. */
export const emailOf = (given: string): string => given.normalize("NFKC").trim().toLowerCase();

/** An account of nobody yet: it has no password and no e-mail that counts until one is verified. */
export const newAccount = (
  id: string,
  email: string,
  language: AccountBody["language"],
): AccountBody => ({
  ...{ id, email, language, status: "pending" as const, roles: ["viewer" as const] },
  ...{ identities: [], codes: [], devices: [] },
});

/** With one code more; of its kind the last few stay. */
export function withCode<A extends AccountBody>(account: A, code: Code, now: string): A {
  const living = account.codes.filter(({ until }) => until > now);
  const same = living.filter(({ kind }) => kind === code.kind).slice(1 - mostCodes);
  const others = living.filter(({ kind }) => kind !== code.kind);
  const { tidyAt = code.until } = account;
  const next = tidyAt < code.until ? tidyAt : code.until;
  return { ...account, codes: [...others, ...same, code], tidyAt: next };
}

/** The code of a hash while it lasts. */
export const codeOf = (
  { codes }: AccountBody,
  hash: string,
  kinds: readonly Code["kind"][],
  now: string,
): Code | undefined =>
  codes.find((code) => code.hash === hash && kinds.includes(code.kind) && code.until > now);

/** A code of `verify` or `email` was shown: its kind is used up, and with another e-mail all are. */
export function verified<A extends AccountBody>(account: A, code: Code): A {
  if (code.kind === "email") return { ...account, codes: [], email: code.email ?? account.email };
  const codes = account.codes.filter(({ kind }) => kind !== code.kind);
  const status = account.status === "pending" ? "active" : account.status;
  // Who reads the letter may not be who chose the password.
  if (account.codes.some(({ rival }) => rival)) return { ...account, codes, status };
  const { password = account.password, identity = [] } = code;
  const identities = [...new Set([...account.identities, identity].flat())];
  return { ...account, codes, identities, status, ...(password ? { password } : {}) };
}

export const canSignIn = ({ password, identities }: AccountBody): boolean =>
  password !== undefined || identities.length > 0;

/** With another password; what was begun by whoever knew the last one is void. */
export const withPassword = <A extends AccountBody>(
  { begun: _, ...account }: A,
  password: string,
) => {
  const status = account.status === "pending" ? "active" : account.status;
  return { ...account, password, status, codes: [] } as unknown as A;
};

/** The hash to try a password against: that of the latest registration while it is not verified. */
export const hashToTry = ({ status, password, codes }: AccountBody): string | undefined =>
  password ??
  (status === "pending" ? codes.findLast((code) => code.password)?.password : undefined);

/** With the device among those that have signed in; the same account when it was the last one. */
export function seenOn<A extends AccountBody>(account: A, device: string): A {
  const known = hashOf(device);
  if (account.devices.at(-1) === known) return account;
  const others = account.devices.filter((one) => one !== known);
  return { ...account, devices: [...others, known].slice(-mostDevices) };
}

export const knows = ({ devices }: AccountBody, device: string): boolean =>
  devices.includes(hashOf(device));

export const providerOf = (identity: string): string => identity.split("|")[0] ?? "";

/** Without a provider. @returns undefined where nobody could sign in any more */
export function unlinked<A extends AccountBody>(account: A, provider: string): A | undefined {
  const identities = account.identities.filter((one) => providerOf(one) !== provider);
  const next = { ...account, identities };
  return canSignIn(next) ? next : undefined;
}

/** Nothing is left but that there was an account. */
export const erased = ({ id, language }: AccountBody): AccountBody => {
  const { email: _, ...nobody } = newAccount(id, "", language);
  return { ...nobody, status: "erased", roles: [] };
};

/** Whom only an admin may touch or make. */
export const isBeyond = (roles: readonly string[], by: readonly string[]): boolean =>
  roles.some((role) => role === "admin" || role === "operator") && !by.includes("admin");
