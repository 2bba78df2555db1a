/**
 * How well a document answers a query, from its titles, its names, the engine's bm25 and how well
 * known it is. Title first: the exact title, then what starts so, then the rest. Pure, so that
 * every engine orders its best candidates alike.
 */
import { withoutArticle } from "../../services/shared/text.ts";
import { type Asked, type Fit, fitNames, fitTitle, weightOf } from "./fit.ts";
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

/** The score under the reading that fits best. */
export function score(candidate: Candidate, readings: readonly Reading[]): Score {
  let best: Score = { value: -1, strong: false, complete: false };
  for (const { words } of readings) {
    const weights = words.map((group) => weightOf(group[0]?.text ?? ""));
    const next = scoreOne(candidate, { words, weights, weight: sum(weights) || 1 });
    if (next.value > best.value) best = next;
  }
  return best;
}

function scoreOne(candidate: Candidate, asked: Asked): Score {
  let title: Fit | undefined;
  for (const text of candidate.titles.flatMap((whole) => [whole, withoutArticle(whole)])) {
    const next = fitTitle(text.split(" "), asked);
    if (!title || next.value > title.value) title = next;
  }
  const named = fitNames(candidate.names, asked);

  const inTitle = (i: number) => title?.words[i] ?? 0;
  const inNames = (i: number) => named.words[i] ?? 0;
  const covered = sum(
    asked.weights.map((weight, i) => weight * Math.max(inTitle(i), 0.9 * inNames(i))),
  );
  const share = covered / asked.weight;
  return {
    value:
      (title?.value ?? 0) +
      3 * named.value +
      4 * share * share +
      (3 * candidate.bm25) / (candidate.bm25 + 12) +
      3 * candidate.popularity,
    strong: title?.strong === true || named.strong,
    complete: asked.words.every((_, i) => Math.max(inTitle(i), inNames(i)) > 0.9),
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
