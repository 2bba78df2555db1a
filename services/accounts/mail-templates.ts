/** How words and facts become a letter. Pure. */
import type { Letter } from "./mail.contract.ts";
import { letters } from "./mail-words.ts";

const onOff: Readonly<Record<Letter["language"], readonly [string, string]>> = {
  en: ["off", "on"],
  ru: ["выключен", "включён"],
};
const isTime = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

function said(value: unknown, language: Letter["language"]): string {
  if (typeof value === "boolean") return onOff[language][value ? 1 : 0];
  if (typeof value !== "string" || !isTime.test(value)) return String(value);
  const style = { dateStyle: "long", timeStyle: "short", timeZone: "UTC" } as const;
  return `${new Intl.DateTimeFormat(language, style).format(new Date(value))} (UTC)`;
}

const marks: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => marks[mark] ?? mark);

function paragraph(text: string, template: string): string {
  const safe = escaped(text);
  if (template === "{code}") return `<p style="font-size:1.5em"><b>${safe}</b></p>`;
  return template === "{link}" ? `<p><a href="${safe}">${safe}</a></p>` : `<p>${safe}</p>`;
}

export interface Rendered {
  subject: string;
  text: string;
  html: string;
}

/** A letter in words: the same as plain text and as HTML. */
export function rendered({ template, language, data }: Letter): Rendered {
  const facts = data as Record<string, unknown>;
  const named = (line: string) => [...line.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const [subject = "", ...all] = letters[template][language];
  const lines = all.filter((line) => named(line).every((name) => facts[name] !== undefined));
  const filled = lines.map((line) =>
    line.replace(/\{(\w+)\}/g, (_, name: string) => said(facts[name], language)),
  );
  const paragraphs = filled.map((text, i) => paragraph(text, lines[i] ?? ""));
  const html = `<!doctype html><html lang="${language}"><meta charset="utf-8"><title>${subject}</title>`;
  return {
    subject: `${subject} · Bijou`,
    text: `${filled.join("\n\n")}\n`,
    html: `${html}${paragraphs.join("\n")}</html>\n`,
  };
}

const secret = /^(?:[\w-]{4,200}|https?:\/\/\S+)$/;

/** The text of a letter as somebody sees it who is not its reader: its code and link are their key. */
export const veiled = (text: string): string =>
  text
    .split("\n\n")
    .map((line) => (secret.test(line.trim()) ? "••••••••" : line))
    .join("\n\n");
