/**
 * People as they show themselves and want to be spoken to. Whose they are is never a parameter: it
 * is the caller.
 */
import { z } from "zod";
import { action } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import { AccountId, Email } from "./accounts.contract.ts";
import { Me, Preferences, profile } from "./preferences.contract.ts";

export const Nobody = problem("USER_NOBODY", 401, {
  en: "This is nobody's request. Sign in, or begin as a guest with POST /v1/guests.",
  ru: "Этот запрос ничей. Войдите или начните гостем: POST /v1/guests.",
});
export const Gone = problem("USER_GONE", 410, {
  en: "This account or guest has been deleted. Begin anew: register, or POST /v1/guests.",
  ru: "Этот аккаунт или гость удалён. Начните заново: регистрация или POST /v1/guests.",
});
export const AdultRefused = problem("USER_ADULT_REFUSED", 422, {
  en: "Adult content is for those whose birthday says that they are 18. Give the birthday too.",
  ru: "Контент для взрослых доступен с 18 лет. Укажите дату рождения.",
});
export const ContactsFull = problem("USER_CONTACTS_FULL", 409, {
  en: "There are ten contacts already. Remove one first.",
  ru: "Контактов уже десять. Сначала удалите один.",
});
export const ContactPrimary = problem("USER_CONTACT_PRIMARY", 409, {
  en: "This is the account's own e-mail. Change the account's e-mail instead.",
  ru: "Это почта самого аккаунта. Измените почту аккаунта.",
});
export const CodeRefused = problem("USER_CODE_REFUSED", 422, {
  en: "The code is not the one that was sent, or too old. Add the contact again for a new one.",
  ru: "Код неверен или устарел. Добавьте контакт снова, чтобы получить новый.",
});
export const GuestRefused = problem("USER_GUEST_REFUSED", 422, {
  en: "There is no such guest, or the secret is another. Begin a new one with POST /v1/guests.",
  ru: "Такого гостя нет, или секрет другой. Начните нового: POST /v1/guests.",
});

const nothing = z.strictObject({});
const known = [Nobody, Gone];

export const me = action("users.me", nothing, Me, {
  summary: "Who I am and how I want to be spoken to.",
  route: "GET /v1/me",
  opens: { public: "guest" },
  problems: known,
});
export const change = action(
  "users.change",
  z.strictObject({ ...profile, preferences: Preferences.partial() }).partial(),
  Me,
  {
    summary: "Changes what is named; null takes it away.",
    route: "PATCH /v1/me",
    opens: { public: "guest" },
    problems: [...known, AdultRefused],
    idempotent: true,
  },
);

export const addContact = action("users.addContact", z.strictObject({ address: Email }), Me, {
  summary: "Adds an address for notifications; a code to verify it goes there.",
  route: "POST /v1/me/contacts",
  opens: { public: "viewer" },
  problems: [...known, ContactsFull],
  idempotent: true,
});
export const verifyContact = action(
  "users.verifyContact",
  z.strictObject({ contact: z.uuid(), code: z.string().max(20) }),
  Me,
  {
    summary: "Shows with the code that an address is mine.",
    route: "POST /v1/me/contacts/{contact}/verify",
    opens: { public: "viewer" },
    problems: [...known, CodeRefused],
    idempotent: true,
  },
);
export const removeContact = action(
  "users.removeContact",
  z.strictObject({ contact: z.uuid() }),
  Me,
  {
    summary: "Takes an address away.",
    route: "DELETE /v1/me/contacts/{contact}",
    opens: { public: "viewer" },
    problems: [...known, ContactPrimary],
    idempotent: true,
  },
);

const Guest = z.strictObject({ id: AccountId, secret: z.string().min(1).max(100) });

export const guest = action("users.guest", nothing, Guest.extend({ until: z.iso.datetime() }), {
  summary: "Begins a guest: what is gathered under this id can join an account later.",
  route: "POST /v1/guests",
  status: 201,
  opens: { public: "guest" },
});
export const recognise = action("users.recognise", Guest, z.strictObject({ id: AccountId }), {
  summary: "Whether it is this guest; for the doors. It lives on for as long as it comes.",
  problems: [GuestRefused],
  idempotent: true,
});
export const join = action("users.join", z.strictObject({ guest: Guest }), Me, {
  summary: "What I gathered as a guest becomes my account's; asked at sign-in.",
  route: "POST /v1/me/guest",
  opens: { public: "viewer" },
  problems: [...known, GuestRefused],
  idempotent: true,
});
