/** Where letters go: to a mail server when one is configured, else into a folder. */
import { join } from "node:path";
import { keeps } from "./embedded.ts";
import { env } from "./env.ts";

export interface MailSettings {
  /** `smtp://user:password@host:587`: a secret. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
  /** Where letters are kept, and for how long, without a mail server. */
  readonly folder: string;
  readonly keepDays: number;
}

// Letters that are not sent are shown by the node that keeps them alone.
if (!env.mail.SMTP_URL) keeps("letters", "mail");

export const mailSettings: MailSettings = {
  smtpUrl: env.mail.SMTP_URL,
  from: env.mail.MAIL_FROM,
  folder: join(env.house.DATA_DIR, "mail"),
  keepDays: env.mail.MAIL_DAYS,
};
