/** How well one title, or the names of a document, fit the words that were asked for. Pure. */
import type { Alternative } from "./alternatives.ts";

/** A query as it was understood: for each word what may stand for it, and how much it says. */
export interface Asked {
  readonly words: readonly (readonly Alternative[])[];
  readonly weights: readonly number[];
  /** The sum of the weights, more than 0. */
  readonly weight: number;
}

export interface Fit {
  readonly value: number;
  /** The whole of it was asked for, or its beginning. */
  readonly strong: boolean;
  /** For each word asked for, the quality with which it was found, 0 if it was not. */
  readonly words: readonly number[];
}

/** Words of up to three letters say little, numbers of sequels more. */
export const weightOf = (word: string): number =>
  word.length > 3 ? 1 : /\d/.test(word) ? 0.7 : 0.35;

/** @returns a value from 0 to 16: 12 for the exact title or up to 9 for its beginning, and 4 for words */
export function fitTitle(tokens: readonly string[], asked: Asked): Fit {
  const { words } = asked;
  const found = words.map(() => 0);
  let matched = 0;
  let all = 0;
  for (const token of tokens) {
    let best = 0;
    for (const [i, forms] of words.entries()) {
      const quality = fitWord(token, forms);
      if (quality > (found[i] ?? 0)) found[i] = quality;
      if (quality > best) best = quality;
    }
    all += weightOf(token);
    matched += best * weightOf(token);
  }
  const share = weigh(found, asked);
  const base = 4 * share * (0.4 + (0.6 * matched) / (all || 1));
  const { value, strong } = fitOrder(tokens, words);
  return { value: base + value, strong, words: found };
}

type Words = Asked["words"];

/** What the order of the words adds: the exact title, its beginning, or a part of that. */
function fitOrder(tokens: readonly string[], words: Words): { value: number; strong: boolean } {
  let run = 0;
  let quality = 0;
  for (; run < words.length && run < tokens.length; run++) {
    const one = fitWord(tokens[run] ?? "", words[run] ?? []);
    if (one === 0) break;
    quality += one;
  }
  // A part of a beginning counts too: "star wars" in "star wars hamill".
  if (run < words.length) return { value: (2 * quality) / words.length, strong: false };
  const mean = quality / run;
  if (tokens.length === words.length && endsWhole(tokens, words)) {
    return { value: 12 * mean * mean, strong: mean > 0.75 };
  }
  return { value: 6 * mean * mean + typedShare(tokens, words), strong: mean > 0.9 };
}

/** Whether the last token is the whole of a word, not only begins with it. */
function endsWhole(tokens: readonly string[], words: Words): boolean {
  const last = tokens[tokens.length - 1];
  return (words[words.length - 1] ?? []).some((form) => !form.prefix && form.text === last);
}

/** How much of the title is typed already, 0 to 3: of what starts so, the shorter is nearer. */
function typedShare(tokens: readonly string[], words: Words): number {
  const length = (texts: readonly string[]) =>
    texts.reduce((sum, text) => sum + text.length + 1, 0);
  return 3 * Math.min(1, length(words.map((forms) => forms[0]?.text ?? "")) / length(tokens));
}

/** @returns a value from 0 to 1.5: the best name, a whole one above a part, the first above the rest */
export function fitNames(names: readonly string[], asked: Asked): Fit {
  const found = asked.words.map(() => 0);
  let value = 0;
  let strong = false;
  for (const [place, name] of names.entries()) {
    const tokens = name.split(" ");
    const here = asked.words.map((forms) =>
      tokens.reduce((best, token) => Math.max(best, fitWord(token, forms)), 0),
    );
    const share = weigh(here, asked);
    if (share === 0) continue;
    for (const [i, quality] of here.entries()) found[i] = Math.max(found[i] ?? 0, quality);
    const whole = tokens.every((token) => asked.words.some((forms) => fitWord(token, forms) > 0));
    value = Math.max(value, (share * (whole ? 1.5 : 1)) / (1 + 0.08 * place));
    strong ||= whole && share > 0.75;
  }
  return { value, strong, words: found };
}

/** How much of what was asked is there, 0 to 1. */
const weigh = (found: readonly number[], { weights, weight }: Asked): number =>
  found.reduce((sum, quality, i) => sum + quality * (weights[i] ?? 0), 0) / weight;

/** The forms stand in order of quality: the first that fits is the best. */
function fitWord(token: string, forms: readonly Alternative[]): number {
  for (const form of forms) {
    if (form.prefix ? token.startsWith(form.text) : token === form.text) return form.quality;
  }
  return 0;
}
