/**
 * Whether a row of a source is a film that we have. Conservative: two films made one are worse than
 * one film twice, which an operator can see and merge. Agreed between the films and whoever
 * rehearses an import.
 */
import type { MatchCard } from "./absorb.contract.ts";
import { identifying } from "./external-ids.contract.ts";
import { type Described, factsOf, mostNear, type Row, titleKeys } from "./matching.contract.ts";

/** `known` has this very row; `same` is the film that the row tells of; else it is a new one. */
export type Decision =
  | { is: "known" | "same"; card: MatchCard; near: number }
  | { is: "new"; near: number };

/**
 * Finds the film of a row.
 *
 * @param cards films that share a key with the row, in any order
 * @returns also `near`: how many share title and year without being the same
 */
export function decide(row: Row, film: Described, cards: readonly MatchCard[]): Decision {
  if (cards.length === 0) return { is: "new", near: 0 };
  const isSameRow = (other: Row) => other.source === row.source && other.key === row.key;
  const own = cards.find((card) => card.rows.some(isSameRow));
  if (own) {
    const known = own.rows.some((other) => isSameRow(other) && other.hash === row.hash);
    return { is: known ? "known" : "same", card: own, near: 0 };
  }
  const facts = factsOf(film);
  for (const id of idsOf(facts)) {
    const byId = cards.find((card) => card.facts.includes(id));
    if (byId) return { is: "same", card: byId, near: 0 };
  }
  const titles = new Set(titleKeys(film));
  const near = cards.filter((card) => card.keys.some((key) => titles.has(key)));
  if (near.length > mostNear) return { is: "new", near: near.length };
  const agreeing = near
    .map((card) => ({ card, agreement: agreement(row, facts, card, near.length === 1) }))
    .filter(({ agreement }) => agreement > 0)
    .sort((a, b) => b.agreement - a.agreement);
  const [best, second] = agreeing;
  if (!best || best.agreement === second?.agreement) return { is: "new", near: near.length };
  return { is: "same", card: best.card, near: near.length - 1 };
}

const idsOf = (facts: readonly string[]): string[] =>
  identifying.flatMap((name) => facts.filter((fact) => kindOf(fact) === name));

const kindOf = (fact: string): string => fact.slice(0, fact.indexOf(":"));
const hasKind = (facts: readonly string[], kind: string): boolean =>
  facts.some((fact) => kindOf(fact) === kind);

/**
 * How many facts agree; 0 when too few, or when the two name different ids or articles. Casts
 * without a name in common outweigh a genre or a runtime. A shared genre alone is enough only
 * between sources (each lists a film once) and for an only candidate.
 */
function agreement(row: Row, facts: readonly string[], card: MatchCard, isOnly: boolean): number {
  for (const name of [...identifying, "wikipedia", "episode"]) {
    const ours = facts.filter((fact) => kindOf(fact) === name);
    const theirs = card.facts.filter((fact) => kindOf(fact) === name);
    if (ours.length > 0 && theirs.length > 0 && !ours.some((f) => theirs.includes(f))) return 0;
  }
  const shared = facts.filter((fact) => card.facts.includes(fact));
  const strong = shared.filter((fact) => kindOf(fact) !== "genre").length;
  const weak = shared.filter((fact) => ["genre", "runtime"].includes(kindOf(fact))).length;
  const bothHaveCasts = hasKind(facts, "cast") && hasKind(card.facts, "cast");
  if (bothHaveCasts && weak === shared.length) return 0;
  if (strong > 0) return strong * 100 + shared.length;
  const sameSource = card.rows.some(({ source }) => source === row.source);
  return isOnly && !sameSource ? shared.length : 0;
}
