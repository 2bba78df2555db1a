/**
 * How well a document answers a query, from its titles, its names, the engine's bm25 and how well
 * known it is. Title first: the exact title, then what starts so, then the rest. Pure, so that
 * every engine orders its best candidates alike.
 */
import type { Alternative } from "./alternatives.ts";
import type { Reading } from "./reading.ts";

export interface Candidate {
  /** Folded. */
  readonly titles: readonly string[];
  /** Folded, in order of importance. */
  readonly names: readonly string[];
  /** The engine's bm25 over the weighted fields, 0 or more. */
  readonly bm25: number;
  /** 0 to 1. */
  readonly popularity: number;
}

export interface Score {
  readonly value: number;
  /** The title itself, its beginning, or a whole name was asked for. */
  readonly strong: boolean;
  /** Every word stands in a title or a name as it was typed. */
  readonly complete: boolean;
}

/** Words of up to three letters say little. */
const weightOf = (word: string): number => (word.length > 3 ? 1 : /\d/.test(word) ? 0.7 : 0.35);

/** The score under the reading that fits best. */
export function score(candidate: Candidate, readings: readonly Reading[]): Score {
  let best: Score = { value: -1, strong: false, complete: false };
  for (const reading of readings) {
    const next = scoreReading(candidate, reading.words);
    if (next.value > best.value) best = next;
  }
  return best;
}

type Group = readonly Alternative[];

function scoreReading(candidate: Candidate, groups: readonly Group[]): Score {
  const weights = groups.map((group) => weightOf(group[0]?.text ?? ""));
  const weight = sum(weights) || 1;
  let title: TitleFit = { value: 0, strong: false, fits: [] };
  for (const text of candidate.titles) {
    const next = fitTitle(text.split(" "), groups, weights, weight);
    if (next.value > title.value || title.fits.length === 0) title = next;
  }
  const person = fitNames(candidate.names, groups, weights, weight);

  const fits = groups.map((_, i) => Math.max(title.fits[i] ?? 0, 0.9 * (person.fits[i] ?? 0)));
  const covered = sum(fits.map((fit, i) => fit * (weights[i] ?? 0))) / weight;
  const asTyped = groups.every((_, i) => (title.fits[i] ?? 0) > 0.9 || (person.fits[i] ?? 0) > 0.9);
  const value =
    title.value +
    3 * person.value +
    4 * covered * covered +
    (3 * candidate.bm25) / (candidate.bm25 + 12) +
    3 * candidate.popularity;
  return { value, strong: title.strong || person.strong, complete: asTyped };
}

interface TitleFit {
  value: number;
  strong: boolean;
  fits: number[];
}

function fitTitle(
  tokens: readonly string[],
  groups: readonly Group[],
  weights: readonly number[],
  weight: number,
): TitleFit {
  const fits = groups.map(() => 0);
  let matched = 0;
  let all = 0;
  for (const token of tokens) {
    let best = 0;
    for (const [i, group] of groups.entries()) {
      const fit = fitWord(token, group);
      if (fit > (fits[i] ?? 0)) fits[i] = fit;
      if (fit > best) best = fit;
    }
    all += weightOf(token);
    matched += best * weightOf(token);
  }
  let run = 0;
  let runFit = 0;
  for (; run < groups.length && run < tokens.length; run++) {
    const fit = fitWord(tokens[run] ?? "", groups[run] ?? []);
    if (fit === 0) break;
    runFit += fit;
  }
  const asked = sum(fits.map((fit, i) => fit * (weights[i] ?? 0))) / weight;
  const starts = run === groups.length;
  const mean = run === 0 ? 0 : runFit / run;
  const exact = starts && tokens.length === groups.length && endsWhole(tokens, groups);
  const base = 4 * asked * (0.4 + (0.6 * matched) / (all || 1));
  // A part of a beginning counts too: "star wars" in "star wars hamill".
  const order = exact ? 12 * mean * mean : starts ? 6 * mean * mean + share(tokens, groups) : 0;
  const begun = starts ? 0 : (2 * runFit) / groups.length;
  return {
    value: base + order + begun,
    strong: (exact && mean > 0.75) || (starts && mean > 0.9),
    fits,
  };
}

/** Whether the last token is the whole of a word, not only begins with it. */
function endsWhole(tokens: readonly string[], groups: readonly Group[]): boolean {
  const last = tokens[tokens.length - 1];
  return (groups[groups.length - 1] ?? []).some((form) => !form.prefix && form.text === last);
}

/** How much of the title is typed already, 0 to 3: of what starts so, the shorter is nearer. */
function share(tokens: readonly string[], groups: readonly Group[]): number {
  const typed = sum(groups.map((group) => (group[0]?.text.length ?? 0) + 1));
  return 3 * Math.min(1, typed / sum(tokens.map((token) => token.length + 1)));
}

function fitNames(
  names: readonly string[],
  groups: readonly Group[],
  weights: readonly number[],
  weight: number,
): TitleFit {
  const fits = groups.map(() => 0);
  let value = 0;
  let strong = false;
  for (const [place, name] of names.entries()) {
    const tokens = name.split(" ");
    let here = 0;
    for (const [i, group] of groups.entries()) {
      let best = 0;
      for (const token of tokens) best = Math.max(best, fitWord(token, group));
      here += best * (weights[i] ?? 0);
      if (best > (fits[i] ?? 0)) fits[i] = best;
    }
    if (here === 0) continue;
    const part = here / weight;
    const whole = tokens.every((token) => groups.some((group) => fitWord(token, group) > 0));
    const worth = (part * (whole ? 1.5 : 1)) / (1 + 0.08 * place);
    if (worth > value) value = worth;
    if (whole && part > 0.75) strong = true;
  }
  return { value, strong, fits };
}

function fitWord(token: string, group: Group): number {
  for (const form of group) {
    if (form.prefix ? token.startsWith(form.text) : token === form.text) return form.quality;
  }
  return 0;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
