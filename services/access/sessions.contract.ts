/** Sessions: families of refresh tokens, each of one device. And the keys that sign access tokens. */
import { z } from "zod";
import {
  AccessToken,
  AccountRole,
  Device,
  DeviceName,
  Tokens,
} from "../accounts/account.contract.ts";
import { AccountId, NotSignedIn, personalOf, StandIn } from "../accounts/accounts.contract.ts";
import { everyDoor, own } from "../accounts/auth.contract.ts";
import { action, event, page } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";

export const RefreshRefused = problem("REFRESH_REFUSED", 401, {
  en: "The refresh token is not valid any more. Sign in again.",
  ru: "Токен обновления недействителен. Войдите снова.",
});
export const SessionNotFound = problem("SESSION_NOT_FOUND", 404, {
  en: "You have no such session. See GET /v1/auth/sessions.",
  ru: "У вас нет такой сессии. Смотрите GET /v1/auth/sessions.",
});

export const SessionId = z.uuid();
export const Session = z.strictObject({
  id: SessionId,
  /** The one that asks. */
  current: z.boolean(),
  /** As its client called it. */
  deviceName: z.string().nullable(),
  agent: z.string().nullable(),
  /** The address it was last seen at. */
  address: z.string().nullable(),
  createdAt: z.iso.datetime(),
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** Who of the support acts here in the name of the account. */
  actor: z.string().nullable(),
});

const nothing = z.strictObject({});
export const done = z.strictObject({ ended: z.int() });
const presented = z.strictObject({ refreshToken: z.string().max(300), device: Device });

export const refresh = action("sessions.refresh", presented, Tokens, {
  summary: "New tokens for the refresh token, which is used up.",
  route: "POST /v1/auth/refresh",
  opens: everyDoor,
  secret: true,
  key: "refreshToken",
  problems: [RefreshRefused],
});
const mine = { opens: own, problems: [NotSignedIn, StandIn] };
export const list = action("sessions.list", nothing, page(Session), {
  ...mine,
  summary: "Where I am signed in.",
  route: "GET /v1/auth/sessions",
});
export const revoke = action("sessions.revoke", z.strictObject({ id: SessionId }), done, {
  ...mine,
  summary: "Ends one of my sessions.",
  route: "DELETE /v1/auth/sessions/{id}",
  problems: [NotSignedIn, StandIn, SessionNotFound],
});
export const signOut = action("sessions.signOut", nothing, done, {
  ...mine,
  summary: "Ends this session.",
  route: "POST /v1/auth/sign-out",
});
export const signOutAll = action("sessions.signOutAll", nothing, done, {
  ...mine,
  summary: "Ends all my sessions, this one too.",
  route: "POST /v1/auth/sign-out/everywhere",
});

/** Begins a session; for auth alone. With an actor it is short and cannot be refreshed. */
export const open = action(
  "sessions.open",
  z.strictObject({
    account: AccountId,
    roles: z.array(AccountRole),
    device: Device,
    deviceName: DeviceName.optional(),
    /** How it was signed in: `pwd`, `otp`, `fed`. */
    amr: z.array(z.string()),
    actor: z.string().optional(),
    reason: z.string().optional(),
  }),
  Tokens,
  { summary: "Begins a session for who has signed in." },
);
export const stepUp = action(
  "sessions.stepUp",
  z.strictObject({ session: SessionId, account: AccountId, amr: z.string() }),
  AccessToken,
  { summary: "A password or second factor was shown in a session.", problems: [RefreshRefused] },
);

export const Revocation = z.strictObject({
  session: SessionId,
  /** Access tokens made until then are refused; milliseconds since the epoch. */
  at: z.number(),
  /** All of them, whenever made. */
  ended: z.boolean(),
});
export const revoked = action(
  "sessions.revokedSince",
  z.strictObject({ since: z.iso.datetime().optional() }),
  z.strictObject({ items: z.array(Revocation), next: z.iso.datetime() }),
  { summary: "What the doors must refuse; asked every few seconds.", idempotent: true },
);
/** At once, for the doors; who misses it asks `sessions.revokedSince`. */
export const revocation = event("sessions.revoked", Revocation);
export const personal = personalOf("sessions");
