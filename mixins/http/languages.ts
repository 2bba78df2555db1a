/** Which languages an asker reads, by `Accept-Language` (RFC 9110, 12.5.4). Pure but for a memory. */
import type { Language } from "../../services/shared/problem.ts";

const tag = /^[a-z]{1,8}(-[a-z0-9]{1,8}){0,4}$/i;
const mostTags = 10;
const longestHeader = 500;

function parse(header: string): readonly string[] {
  const weighed: { tag: string; weight: number }[] = [];
  for (const part of header.slice(0, longestHeader).split(",")) {
    const [name = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    if (tag.test(name) && weight > 0 && weight <= 1) weighed.push({ tag: canonical(name), weight });
  }
  weighed.sort((a, b) => b.weight - a.weight);
  return Object.freeze([...new Set(weighed.map((one) => one.tag))].slice(0, mostTags));
}

/** `EN-us` → `en-US`, `zh-hant` → `zh-Hant`. */
const canonical = (name: string): string =>
  name
    .split("-")
    .map((part, index) => {
      if (index === 0 || part.length > 4) return part.toLowerCase();
      if (part.length === 2) return part.toUpperCase();
      return part.charAt(0).toUpperCase() + part.slice(1).toLowerCase();
    })
    .join("-");

/** Few headers are sent by many: each is read once, and the memory is emptied when it is full. */
const known = new Map<string, readonly string[]>();
const mostKnown = 1_000;

/** Language tags, the best first, at most ten; what is not a tag, `*` and `q=0` are left out. */
export function languagesOf(header: string): readonly string[] {
  const remembered = known.get(header);
  if (remembered) return remembered;
  if (known.size >= mostKnown) known.clear();
  const parsed = parse(header);
  known.set(header, parsed);
  return parsed;
}

/** The language in which the house speaks to this asker; English unless Russian is read better. */
export function spoken(header: string | undefined): Language {
  if (header === undefined) return "en";
  for (const language of languagesOf(header)) {
    const [primary] = language.split("-", 1);
    if (primary === "en" || primary === "ru") return primary;
  }
  return "en";
}
