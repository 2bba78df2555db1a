/** A person as they are kept: made, shown, edited, joined by a guest. Pure. */
import type { z } from "zod";
import type { answered } from "./accounts.contract.ts";
import type { Export } from "./export.contract.ts";
import { isAdult, type Me, type Preferences, presets } from "./preferences.contract.ts";
import type { Contact } from "./profile-contacts.ts";
import type { change } from "./users.contract.ts";

export interface KeptExport extends Omit<z.output<typeof Export>, "size"> {
  object?: string;
  size?: number;
}
export interface Answer extends Omit<z.output<typeof answered.data>, "id"> {
  time: string;
}
interface Erasure {
  requestedAt: string;
  time: string;
  /** The actors that were asked. */
  asked: string[];
  answers: Answer[];
  forgetAt?: string;
}
export interface UserBody {
  id: string;
  kind: "account" | "guest" | "erased";
  displayName?: string;
  avatar?: string;
  birthday?: string;
  /** What the person has chosen; the presets hold for the rest. */
  preferences: Partial<Preferences>;
  contacts: Contact[];
  exports: KeptExport[];
  /** Of the secret a hash. A guest who joined an account keeps its name, until the guest ends. */
  guest?: { hash: string; until: string; account?: string };
  deletion?: { requestedAt: string; due: string };
  /** Stays when all else is gone: who was asked to forget, and who has answered. */
  erasure?: Erasure;
  /** When something is to be done next, ISO. */
  wakeAt: string;
}

const never = "9999-12-31T00:00:00.000Z";

/** Nothing known yet. */
export const body = (id: string, kind: UserBody["kind"]): UserBody => {
  return { id, kind, preferences: {}, contacts: [], exports: [], wakeAt: never };
};
export const newAccount = (id: string): UserBody => body(id, "account");

/** @param languages tags that the guest reads, the best first */
export function newGuest(
  id: string,
  guest: NonNullable<UserBody["guest"]>,
  languages: readonly string[] = [],
): UserBody {
  const tags = languages.map((tag) => tag.slice(0, 2).toLowerCase());
  const language = tags.find((tag) => tag === "en" || tag === "ru");
  return timed({ ...body(id, "guest"), preferences: language ? { language } : {}, guest });
}

/** A guest that lives until then; the same for a day or two more, which spares the disk. */
export function prolonged<U extends UserBody>(user: U, until: string): U {
  const { guest } = user;
  if (!guest || Date.parse(until) - Date.parse(guest.until) < 2 * 86_400_000) return user;
  return { ...user, guest: { ...guest, until } };
}

/** The same with the time at which it is to be looked at again. */
export function timed<U extends UserBody>(user: U): U {
  const times = [
    user.deletion?.due,
    user.guest?.until,
    user.erasure?.forgetAt,
    ...user.exports.map((e) => (e.status === "running" ? e.requestedAt : e.until)),
  ].filter((time) => time !== undefined);
  return { ...user, wakeAt: times.toSorted()[0] ?? never };
}

/** As the person sees it. */
export const shown = (user: UserBody): z.input<typeof Me> => ({
  id: user.id,
  kind: user.kind === "guest" ? "guest" : "account",
  displayName: user.displayName ?? null,
  avatar: user.avatar ?? null,
  birthday: user.birthday ?? null,
  preferences: { ...presets, ...user.preferences },
  contacts: user.contacts.map(({ challenge, ...contact }) => contact),
  deletion: user.deletion ?? null,
});

/**
 * The person with the changes; undefined where adult content is asked for without the age.
 *
 * @param today `2026-11-21`: who is younger now than was said before loses adult content
 */
export function edited<U extends UserBody>(
  user: U,
  { preferences, ...profile }: z.output<typeof change.params>,
  today: string,
): U | undefined {
  const next: U = { ...user, preferences: { ...user.preferences, ...preferences } };
  for (const field of ["displayName", "avatar", "birthday"] as const) {
    const value = profile[field];
    if (value === null) delete next[field];
    else if (value !== undefined) next[field] = value;
  }
  const isOfAge = next.birthday !== undefined && isAdult(next.birthday, today);
  if (isOfAge || !next.preferences.adultContent) return next;
  if (preferences?.adultContent) return undefined;
  return { ...next, preferences: { ...next.preferences, adultContent: false } };
}

/**
 * The account with what its owner chose as a guest, where the account says nothing itself. What asks
 * for an age is chosen anew: a guest may have said another.
 */
export function joinedBy<U extends UserBody>(account: U, guest: UserBody): U {
  const { adultContent: _, ...chosen } = guest.preferences;
  const named = guest.displayName && !account.displayName;
  return {
    ...account,
    ...(named ? { displayName: guest.displayName } : {}),
    preferences: { ...chosen, ...account.preferences },
  };
}
