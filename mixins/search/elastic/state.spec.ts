import { namesOf } from "./names.ts";
import { type Aliases, living, orphans, outdated, stateOf } from "./state.ts";

const definition = { name: "films", version: 3, fields: [], facets: [], sorts: [] };
const names = namesOf("bijou", definition);
const [first, second, third] = [1, 2, 3].map(names.generation) as [string, string, string];

/** The cluster's answer: the aliases of each index. */
const answer = (of: Record<string, string[]>): Aliases =>
  Object.fromEntries(
    Object.entries(of).map(([index, aliases]) => [
      index,
      { aliases: Object.fromEntries(aliases.map((alias) => [alias, {}])) },
    ]),
  );

test("aliases say what serves, whether it was filled, and what is being built", () => {
  const found = answer({
    [first]: [names.serving, names.filled],
    [second]: [names.building],
    "bijou-films-v2.1-000009": ["bijou-films-v2.1"],
  });

  expect(stateOf(names, found)).toEqual({
    serving: first,
    building: [second],
    filled: true,
    latest: 2,
  });
});

test("a cluster without the index has nothing that serves", () => {
  const nothing = { serving: undefined, building: [], filled: false, latest: 0 };

  expect(stateOf(names, {})).toEqual(nothing);
  expect(living(nothing)).toEqual([]);
});

test("changes must reach what is being built and what serves", () => {
  const found = answer({ [first]: [names.serving], [second]: [names.building] });

  expect(living(stateOf(names, found))).toEqual([second, first]);
});

test("what was broken off and is older than what serves is left over", () => {
  const found = answer({ [first]: [], [second]: [names.serving], [third]: [names.building] });

  expect(orphans(names, found)).toEqual([first]);
});

test("of older versions the latest stays, and newer ones are nobody's business here", () => {
  const indices = [
    "bijou-films-v1.1-000004",
    "bijou-films-v2.1-000001",
    "bijou-films-v2.1-000002",
    first,
    "bijou-films-v4.1-000001",
  ];

  expect(outdated(names, indices)).toEqual(["bijou-films-v1.1-000004"]);
});
