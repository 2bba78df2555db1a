import { clashOf, type Household, householdOf, leaves, sentenceOf } from "./embedded.ts";

const at = (since: number, open = false): Household => ({
  kept: {},
  secrets: {},
  since,
  open,
});

const keeps = (kept: Household["kept"], secrets = {}) => ({ kept, secrets });

test("two nodes clash over what both keep, and over nothing else", () => {
  const films = keeps({ documents: ["films", "people"], channels: ["log"] });
  const accounts = keeps({ documents: ["auth"], channels: ["log"], search: ["films"] });

  expect(clashOf(films, accounts)).toEqual({ channels: ["log"] });
  expect(clashOf(films, films)).toEqual({ documents: ["films", "people"], channels: ["log"] });
  expect(clashOf(films, keeps({}))).toEqual({});
});

test("two nodes clash over secrets of one name that are not the same", () => {
  const one = keeps({}, { accounts: "a1", refresh: "r1", "operator-token": "o1" });
  const two = keeps({}, { accounts: "a2", refresh: "r1", "operator-token": "o2", audit: "u" });

  expect(clashOf(one, two)).toEqual({ secrets: ["accounts"], tokens: ["operator-token"] });
  expect(clashOf(one, one)).toEqual({});
});

test.each([
  ["the one that is not open yet", at(1), "a", at(2, true), "b"],
  ["the one that began later", at(2), "a", at(1), "b"],
  ["of two that began together the larger id", at(1), "b", at(1), "a"],
  ["the later one also of two that are open", at(2, true), "a", at(1, true), "b"],
])("%s leaves, and the other stays", (_, me, myId, other, otherId) => {
  expect(leaves(me, myId, other, otherId)).toBe(true);
  expect(leaves(other, otherId, me, myId)).toBe(false);
});

test("says what to set for each kind", () => {
  const text = sentenceOf("b", "a", { documents: ["films"], search: ["films"] });

  expect(text).toContain("documents (films): set POSTGRES_URL or MONGO_URL");
  expect(text).toContain("search (films): set ELASTIC_URL");
});

test.each([[null], [undefined], [{}], [{ household: {} }]])(
  "%j is no house of ours",
  (metadata) => {
    expect(householdOf(metadata)).toBeUndefined();
  },
);
