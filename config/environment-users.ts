/** Settings of what is kept about people, and of the letters to them. */
import { z } from "zod";

const days = (preset: number, most = 3_650) =>
  z.coerce
    .number(`days, 1 to ${most}`)
    .int("whole days")
    .min(1, "at least 1")
    .max(most, `at most ${most}`)
    .default(preset);

export const usersVariables = {
  /** An export of all that is held about a person can be fetched so long. */
  EXPORT_DAYS: days(7, 365),
  /** From the wish to be deleted to the deletion. */
  DELETION_GRACE_DAYS: days(30, 365),
  /** A guest who does not come is forgotten. */
  GUEST_DAYS: days(30, 365),
} as const;

export const mailVariables = {
  /** Without it letters are kept under DATA_DIR/mail. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: "smtp://… or smtps://…" }).optional(),
  MAIL_FROM: z
    .string()
    .regex(/^([^<>\r\n]{1,100} <)?[^\s@<>]+@[^\s@<>]+>?$/, "an address, or a name and <address>")
    .default("Bijou <bijou@localhost>"),
  MAIL_DAYS: days(30),
} as const;
