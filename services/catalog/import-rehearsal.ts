/** What would become of a row, without doing it: the same decision over cards alone. Pure. */
import type { MatchCard } from "./absorb.contract.ts";
import type { Imported } from "./import-rows.ts";
import { cardOf, decide, matchKeys, rowKey } from "./matching.ts";

export interface Rehearsed {
  outcome: "loaded" | "merged" | "unchanged";
  near: number;
  /** The card as the row would leave it; absent when it would change nothing. */
  card?: MatchCard;
}

/**
 * @param kept cards of films that there are
 * @param made cards that earlier rows of this rehearsal made or changed
 * @param newId id for a film that would be new
 */
export function rehearse(
  { from, film }: Imported,
  kept: readonly MatchCard[],
  made: readonly MatchCard[],
  newId: () => string,
): Rehearsed {
  const changed = new Set(made.map(({ id }) => id));
  const cards = [...kept.filter(({ id }) => !changed.has(id)), ...made];
  const decision = decide(
    from,
    film,
    cards.sort((a, b) => (a.id < b.id ? -1 : 1)),
  );
  const { near } = decision;
  if (decision.is === "new") {
    return { outcome: "loaded", near, card: cardOf(newId(), film, [from]) };
  }
  const { card } = decision;
  if (decision.is === "known") {
    // Brought by this rehearsal itself: the row stands in the file twice.
    const before = kept.find(({ id }) => id === card.id);
    const isOld = before?.rows.some(
      (row) => rowKey(row) === rowKey(from) && row.hash === from.hash,
    );
    return { outcome: isOld ? "unchanged" : "merged", near };
  }
  return { outcome: "merged", near, card: joined(card, { from, film }) };
}

const kindOf = (fact: string): string => fact.slice(0, fact.indexOf(":"));

/** A merged film has the ids of both, and of the rest what it did not have. */
function joined(card: MatchCard, { from, film }: Pick<Imported, "from" | "film">): MatchCard {
  const had = new Set(card.facts.map(kindOf));
  const given = cardOf(card.id, film, [from]);
  const ids = matchKeys({ ...film, titles: {}, year: undefined }, [from]);
  return {
    ...card,
    keys: [...new Set([...card.keys, ...ids])],
    facts: [...card.facts, ...given.facts.filter((fact) => !had.has(kindOf(fact)))],
    rows: [...card.rows, from],
  };
}
