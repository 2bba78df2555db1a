/** Accounts, their audit trail and letters in plain text. */
import type { z } from "zod";
import type { Account } from "../../services/accounts/account.contract.ts";
import type { Entry, verify } from "../../services/accounts/audit.contract.ts";
import type { list as mails, show } from "../../services/accounts/mail.contract.ts";
import { type Paint, printable } from "../output.ts";
import { type Column, table } from "./table.ts";

type AuditEntry = z.output<typeof Entry>;
type Letter = z.output<typeof mails.result>["items"][number];

const minute = (iso: string): string => iso.slice(0, 16).replace("T", " ");

/** What a list ends with. */
export const more = (next: string | null): string =>
  next ? `\nnext:  more with --cursor ${next}` : "";

/** What follows for who was given no password. */
export const byLetter =
  "its letter (bijou mail list, bijou mail show <id>) has a code, which sets the password at the public\n" +
  "       door: POST /v1/auth/password/reset. Or give one at once, with --password-stdin";

const accountColumns: Column<Account>[] = [
  { title: "id", of: (a) => a.id, whole: true },
  { title: "e-mail", of: (a) => a.email ?? "" },
  { title: "status", of: (a) => a.status },
  { title: "roles", of: (a) => a.roles.join(", ") },
  { title: "since", of: (a) => a.createdAt.slice(0, 10), spare: true },
];

export const accountTable = (items: Account[], paint: Paint, most?: number): string =>
  items.length > 0
    ? table(items, accountColumns, paint, most)
    : "There are none.\nnext:  bijou accounts create <email> --role admin";

export function accountText(account: Account, paint: Paint): string {
  const { id, email, status, roles, suspended } = account;
  const line = (name: string, value: string) => `  ${name.padEnd(14)} ${printable(value)}`;
  const signIn = [account.password ? "password" : "", ...account.providers].filter(Boolean);
  return [
    `${paint("bold", printable(email ?? "(erased)"))} ${paint("dim", id)}`,
    line("status", status),
    ...(suspended ? [line("suspended", `${minute(suspended.at)}: ${suspended.reason}`)] : []),
    line("roles", roles.join(", ")),
    line("language", account.language),
    line("signs in by", signIn.join(", ") || "nothing yet: a letter asks for a password"),
    line("second factor", account.secondFactor ? `on, ${account.backupCodes} codes left` : "off"),
    line("since", minute(account.createdAt)),
  ].join("\n");
}

const auditColumns: Column<AuditEntry>[] = [
  { title: "at", of: (e) => e.at.slice(0, 19).replace("T", " ") },
  { title: "act", of: (e) => e.act },
  { title: "account", of: (e) => e.account, whole: true },
  { title: "no", of: (e) => String(e.number), right: true },
  { title: "by", of: (e) => (e.actor ? `${e.by} (${e.actor})` : e.by), spare: true },
  { title: "facts", of: (e) => JSON.stringify(e.facts), spare: true },
];

export const auditTable = (items: AuditEntry[], paint: Paint, most?: number): string =>
  items.length > 0 ? table(items, auditColumns, paint, most) : "Nothing was done yet.";

const ofAnother =
  "next:  of another secret: set the HOUSE_SECRET of the house that was restored, or copy its " +
  "DATA_DIR/secrets/audit to every node, and restart; where it is lost, remove these objects";

export function verifyText(found: z.output<typeof verify.result>, paint: Paint): string {
  const { entries, accounts, anchors, erased, faults } = found;
  const read = `${entries} entries of ${accounts} accounts, ${anchors} anchors, ${erased} erased`;
  if (faults.length === 0) return `${paint("green", "whole")}: ${read}.`;
  return [
    `${paint("red", "broken")}: ${read}.`,
    ...faults.map((f) => `  ${f.account ?? f.object ?? "anchors"} ${f.number ?? ""} ${f.fault}`),
    ...(faults.some((f) => f.fault === "anchor of another secret") ? [ofAnother] : []),
    "next:  keep a copy of the data folder, and compare it with the last backup",
  ].join("\n");
}

const mailColumns: Column<Letter>[] = [
  { title: "id", of: (l) => l.id, whole: true },
  { title: "at", of: (l) => minute(l.time) },
  { title: "to", of: (l) => l.to },
  { title: "subject", of: (l) => l.subject },
  { title: "template", of: (l) => l.template, spare: true },
];

export const mailTable = (items: Letter[], paint: Paint, most?: number): string =>
  items.length > 0
    ? `${table(items, mailColumns, paint, most)}\nnext:  bijou mail show <id>`
    : "There are no letters kept here; with SMTP_URL they go to the mail server.";

export const mailText = (letter: z.output<typeof show.result>, paint: Paint): string =>
  [
    `${paint("dim", "to")}       ${printable(letter.to)}`,
    `${paint("dim", "at")}       ${letter.time}`,
    `${paint("dim", "subject")}  ${paint("bold", printable(letter.subject))}`,
    "",
    printable(letter.text).trimEnd(),
  ].join("\n");
