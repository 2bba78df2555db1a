/** API keys: for programs of sellers and others, bounded in what they may ask, and rotated. */
import { z } from "zod";
import { AccountRole } from "../accounts/account.contract.ts";
import { AccountId, NotSignedIn, personalOf, StandIn } from "../accounts/accounts.contract.ts";
import { own } from "../accounts/auth.contract.ts";
import { action, page } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";

export const KeyNotFound = problem("API_KEY_NOT_FOUND", 404, {
  en: "You have no such API key. See GET /v1/auth/keys.",
  ru: "У вас нет такого ключа. Смотрите GET /v1/auth/keys.",
});
export const KeyRefused = problem("API_KEY_REFUSED", 401, {
  en: "The API key is wrong, revoked or expired. Make another one: POST /v1/auth/keys.",
  ru: "Ключ неверен, отозван или истёк. Создайте новый: POST /v1/auth/keys.",
});
export const ScopeRefused = problem("API_KEY_SCOPE_REFUSED", 422, {
  en: "A key cannot do more than its account: name roles that you have.",
  ru: "Ключ не может больше, чем аккаунт: укажите свои роли.",
});
export const TooManyKeys = problem("API_KEYS_TOO_MANY", 409, {
  en: "There are twenty keys already. Revoke one that is not used.",
  ru: "Ключей уже двадцать. Отзовите неиспользуемый.",
});

const KeyId = z.uuid();
const ActionName = z
  .string()
  .regex(/^[a-z][a-zA-Z]*\.([a-z][a-zA-Z]*|\*)$/, "films.get, or films.*");
export const Key = z.strictObject({
  id: KeyId,
  name: z.string(),
  /** How its text begins: enough to tell it from others. */
  prefix: z.string(),
  roles: z.array(AccountRole),
  /** The actions that it may ask; all of its roles' where empty. */
  actions: z.array(z.string()),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
  /** Until when the text from before the rotation is taken too. */
  overlapUntil: z.iso.datetime().nullable(),
});
/** The text of a key is shown this once. */
const Made = z.strictObject({ key: z.string(), about: Key });
const one = z.strictObject({ id: KeyId });
const mine = { opens: own, secret: true, problems: [NotSignedIn, StandIn, KeyNotFound] };

export const create = action(
  "apikeys.create",
  z.strictObject({
    name: z.string().trim().min(1).max(100),
    roles: z.array(AccountRole).min(1).max(6),
    actions: z.array(ActionName).max(100).default([]),
    /** After so many days it ends by itself. */
    days: z.int().min(1).max(730).optional(),
  }),
  Made,
  {
    ...mine,
    summary: "An API key; its text is shown this once.",
    route: "POST /v1/auth/keys",
    status: 201,
    stepUp: true,
    problems: [NotSignedIn, StandIn, ScopeRefused, TooManyKeys],
  },
);
export const list = action("apikeys.list", z.strictObject({}), page(Key), {
  ...mine,
  summary: "My API keys.",
  route: "GET /v1/auth/keys",
});
export const rotate = action(
  "apikeys.rotate",
  one.extend({ overlapHours: z.int().min(0).max(168).default(24) }),
  Made,
  {
    ...mine,
    summary: "Another text for a key; the one from before is taken for some hours yet.",
    route: "POST /v1/auth/keys/{id}/rotate",
    stepUp: true,
  },
);
export const revoke = action("apikeys.revoke", one, Key, {
  ...mine,
  summary: "Ends a key at once.",
  route: "DELETE /v1/auth/keys/{id}",
});
/** For the doors: ask it for every key shown, and keep the answer for 5 seconds at most. */
export const check = action(
  "apikeys.check",
  z.strictObject({ key: z.string().max(200) }),
  z.strictObject({
    id: KeyId,
    account: AccountId,
    roles: z.array(AccountRole),
    actions: z.array(z.string()),
  }),
  { summary: "Whose key it is and what it may.", problems: [KeyRefused], idempotent: true },
);
export const personal = personalOf("apikeys");
