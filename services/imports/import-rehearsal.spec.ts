import type { MatchCard } from "../catalog/absorb.contract.ts";
import { cardOf } from "../catalog/matching.contract.ts";
import { rehearseAll } from "./import-rehearsal.ts";
import { type Understood, understand } from "./import-rows.ts";

const row = (ordinal: number, more: object = {}): Understood => {
  const fields = {
    title: "Carmen",
    year: 1915,
    cast: ["Theda Bara"],
    genres: [],
    href: "C",
    ...more,
  };
  const options = { state: "published" as const, dryRun: true };
  return understand("wikipedia", fields, ordinal, options, 2026) as Understood;
};

/** Cards in memory, by key. */
function shelf() {
  const cards = new Map<string, MatchCard>();
  return {
    put: (card: MatchCard) => void cards.set(card.id, card),
    having: (keys: readonly string[]) =>
      [...cards.values()].filter((card) => card.keys.some((key) => keys.includes(key))),
  };
}

const outcomes = (rows: Understood[], cards: MatchCard[] = []) => {
  let id = 0;
  return rehearseAll(rows, cards, shelf(), () => `new-${id++}`).map(({ outcome, near }) =>
    near ? `${outcome}, near ${near}` : outcome,
  );
};

test("later rows meet what earlier ones would have made", () => {
  const rows = [
    row(1),
    row(2),
    row(3, { extract: "The same film, told." }),
    row(4, { href: "Other", cast: ["Geraldine Farrar"] }),
  ];

  expect(outcomes(rows)).toEqual(["loaded", "merged", "merged", "loaded, near 1"]);
});

test("rows that films have are unchanged, also when they come twice; newer ones are merged", () => {
  const { row: old } = row(1);
  const card = cardOf("kept", old.film, [old.from]);

  expect(outcomes([row(1), row(2), row(3, { extract: "New." })], [card])).toEqual([
    "unchanged",
    "unchanged",
    "merged",
  ]);
});
