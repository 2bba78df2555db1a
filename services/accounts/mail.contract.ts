/** Letters that the house writes to people. Whoever wants one sent tells `mail.wanted.v1`. */
import { z } from "zod";
import { action, channel, page } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import { AccountId, Email, Language, personalOf } from "./accounts.contract.ts";

/** One line, without what could end it. */
const Line = z
  .string()
  .max(300)
  .regex(/^\P{Cc}*$/u, "no control characters");
const Time = z.iso.datetime();
/** A secret to be typed in; it is in the letter, and in nothing that is logged. */
const Code = z.string().regex(/^[\w-]{4,200}$/, "letters, digits, _ and -");
const code = {
  code: Code,
  minutes: z.int().min(1).max(10_080),
  link: z.url().max(2000).optional(),
};
const where = { device: Line, place: Line.optional(), time: Time };

const letter = <T extends string, D extends z.ZodRawShape>(template: T, data: D) =>
  z.strictObject({
    template: z.literal(template),
    to: Email,
    language: Language,
    /** Whose letter it is: so that it goes when the account goes. */
    account: AccountId.optional(),
    data: z.strictObject(data),
  });

/** Every letter there is, with the facts it needs. */
export const Letter = z.discriminatedUnion("template", [
  letter("verifyEmail", code),
  letter("alreadyRegistered", {}),
  letter("resetPassword", code),
  letter("passwordChanged", where),
  letter("newDevice", where),
  /** To the old address: the new one as far as it may be shown there. */
  letter("emailChanged", { newEmail: Line, time: Time }),
  letter("secondFactorChanged", { enabled: z.boolean(), time: Time }),
  letter("providerLinked", { provider: Line, time: Time }),
  letter("tokenStolen", where),
  letter("verifyContact", code),
  letter("exportReady", { until: Time }),
  letter("deletionRequested", { due: Time }),
  letter("deletionCancelled", {}),
]);
export type Letter = z.output<typeof Letter>;
export const Template = z.enum(Letter.options.map((o) => o.shape.template.value));

/** Sent once by its message id where letters are kept here; at least once over SMTP. */
export const wanted = channel("mail.wanted.v1", Letter, ({ account, to }) => account ?? to);

export const MailNotFound = problem(
  "MAIL_NOT_FOUND",
  404,
  {
    en: "There is no letter {id}. See `bijou mail list`.",
    ru: "Письма {id} нет. Смотрите `bijou mail list`.",
  },
  z.object({ id: z.string() }),
);
export const MailRefused = problem(
  "MAIL_REFUSED",
  422,
  {
    en: "The mail server will never take this letter: {reason}. Correct the address, or MAIL_FROM.",
    ru: "Почтовый сервер не примет это письмо: {reason}. Исправьте адрес или MAIL_FROM.",
  },
  z.object({ reason: z.string() }),
);
export const MailUnavailable = problem(
  "MAIL_UNAVAILABLE",
  503,
  {
    en: "The mail server does not answer: {reason}. The letter is tried again; look at SMTP_URL.",
    ru: "Почтовый сервер не отвечает: {reason}. Попытка повторится; проверьте SMTP_URL.",
  },
  z.object({ reason: z.string() }),
);

const Kept = z.strictObject({
  id: z.string(),
  time: Time,
  to: z.string(),
  template: Template,
  language: Language,
  subject: z.string(),
  account: AccountId.nullable(),
});
const opens = { admin: "operator" } as const;

export const list = action(
  "mail.list",
  z.strictObject({
    to: z.string().max(254).optional(),
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().max(200).optional(),
  }),
  page(Kept),
  { summary: "Letters kept here, the newest first.", route: "GET /v1/mail", opens },
);
export const show = action(
  "mail.show",
  z.strictObject({ id: z.string().min(1).max(100) }),
  Kept.extend({ text: z.string() }),
  {
    summary: "One letter; codes are shown to admins only.",
    route: "GET /v1/mail/{id}",
    opens,
    problems: [MailNotFound],
  },
);
export const personal = personalOf("mail");
