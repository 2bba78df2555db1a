import { chooseActors } from "./actors.ts";

const all = ["catalog/films", "catalog/search", "gateway/admin", "gateway/public"];

test.each([
  [undefined, all],
  ["", all],
  ["catalog", ["catalog/films", "catalog/search"]],
  ["catalog/search", ["catalog/search"]],
  ["gateway/public, catalog/films", ["catalog/films", "gateway/public"]],
  ["catalog/films.service.ts,gateway/admin.service.js", ["catalog/films", "gateway/admin"]],
  ["!gateway", ["catalog/films", "catalog/search"]],
  ["gateway,!gateway/admin", ["gateway/public"]],
])("SERVICES=%s runs %j", (wanted, chosen) => {
  expect(chooseActors(wanted, all)).toEqual({ chosen, unknown: [] });
});

test("names the words that no actor has", () => {
  expect(chooseActors("catalog,cinema,!nobody", all).unknown).toEqual(["cinema", "nobody"]);
});
