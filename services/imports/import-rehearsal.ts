/** What would become of rows, without doing it: the same decisions over cards alone. Pure. */
import type { MatchCard } from "../catalog/absorb.contract.ts";
import { decide } from "../catalog/deciding.contract.ts";
import { cardOf, matchKeys, mostRows, rowKey } from "../catalog/matching.contract.ts";
import type { Imported, Understood } from "./import-rows.ts";

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
  if (card.rows.length >= mostRows) return { outcome: "merged", near };
  return { outcome: "merged", near, card: joined(card, { from, film }) };
}

/** Where the cards are kept that a rehearsal makes. */
interface Shelf {
  put(card: MatchCard): void;
  having(keys: readonly string[]): MatchCard[];
}

/** What would become of rows in their order. @param cards films that share a key with any */
export function rehearseAll(
  rows: readonly Understood[],
  cards: readonly MatchCard[],
  shelf: Shelf,
  newId: () => string,
): Omit<Rehearsed, "card">[] {
  const byKey = new Map<string, MatchCard[]>();
  for (const card of cards) {
    for (const key of card.keys) byKey.set(key, [...(byKey.get(key) ?? []), card]);
  }
  return rows.map((understood) => {
    const keys = keysOf(understood);
    const kept = [...new Set(keys.flatMap((key) => byKey.get(key) ?? []))];
    const made = shelf.having(keys);
    const { card, ...result } = rehearse(placed(understood, [...kept, ...made]), kept, made, newId);
    if (card) shelf.put(card);
    return result;
  });
}

/** By what the films that a row touches are looked up. */
export const keysOf = ({ row, cleaned }: Understood): string[] => [
  ...matchKeys(row.film, [row.from]),
  ...seriesKeys(cleaned),
];

export const seriesKeys = ({ series }: Understood["cleaned"]): string[] =>
  series ? [`imdb:${series.imdb}`] : [];

/** The row with the film of its series, where it has one and that is among the cards. */
export function placed({ row, cleaned }: Understood, cards: readonly MatchCard[]): Imported {
  const [key] = seriesKeys(cleaned);
  const card = cards.find(({ keys }) => key !== undefined && keys.includes(key));
  if (!card || !cleaned.series) return row;
  const { season, number } = cleaned.series;
  return { ...row, film: { ...row.film, series: { id: card.id, season, number } } };
}

const kindOf = (fact: string): string => fact.slice(0, fact.indexOf(":"));

/** A merged film has the ids of both, and of the rest what it did not have. */
function joined(card: MatchCard, { from, film }: Pick<Imported, "from" | "film">): MatchCard {
  const had = new Set(card.facts.map(kindOf));
  const { tmdb: _, ...others } = film.externalIds;
  // TMDB numbers each kind for itself: of another kind it says nothing.
  const externalIds = film.kind === card.kind ? film.externalIds : others;
  const given = cardOf(card.id, { ...film, externalIds }, [from]);
  const ids = matchKeys({ ...film, externalIds, titles: {}, year: undefined }, [from]);
  return {
    ...card,
    keys: [...new Set([...card.keys, ...ids])],
    facts: [...card.facts, ...given.facts.filter((fact) => !had.has(kindOf(fact)))],
    rows: [...card.rows, from],
  };
}
