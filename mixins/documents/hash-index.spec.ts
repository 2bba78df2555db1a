import type { Stored } from "./collection.ts";
import { HashIndex } from "./hash-index.ts";
import type { Row } from "./nedb-internals.ts";

interface Thing extends Stored {
  ids?: { a?: string };
  places?: { person: string }[];
}

const row = (id: string, more: Partial<Thing> = {}): Row<Thing> => ({
  _id: id,
  id,
  version: 1,
  createdAt: "t",
  updatedAt: "t",
  ...more,
});
const idsIn = (index: HashIndex<Thing>, value: unknown) =>
  index
    .getMatching(value)
    .map(({ id }) => id)
    .toSorted();

test("finds rows by a value, by any of several, and inside arrays", () => {
  const index = new HashIndex<Thing>("places.person", false);
  index.insert([
    row("1", { places: [{ person: "x" }, { person: "y" }, { person: "x" }] }),
    row("2", { places: [{ person: "y" }] }),
    row("3"),
  ]);

  expect(idsIn(index, "x")).toEqual(["1"]);
  expect(idsIn(index, ["x", "y"])).toEqual(["1", "2"]);
  expect(idsIn(index, undefined)).toEqual([]);
});

test("refuses a taken value of a unique field, names the field, and takes none of the rows", () => {
  const index = new HashIndex<Thing>("ids.a", true);
  index.insert(row("1", { ids: { a: "7" } }));

  const both = () =>
    index.insert([row("2", { ids: { a: "8" } }), row("3", { ids: { a: "7" } }), row("4")]);

  expect(both).toThrow(
    expect.objectContaining({ errorType: "uniqueViolated", field: "ids.a", key: "7" }),
  );
  expect(idsIn(index, ["7", "8"])).toEqual(["1"]);
});

test("follows an update, and keeps the old row when the new value is taken", () => {
  const index = new HashIndex<Thing>("ids.a", true);
  const [first, second] = [row("1", { ids: { a: "7" } }), row("2", { ids: { a: "8" } })];
  index.insert([first, second]);

  expect(() => index.update(second, row("2", { ids: { a: "7" } }))).toThrow("ids.a is taken");
  expect(idsIn(index, ["7", "8"])).toEqual(["1", "2"]);

  const moved = row("2", { ids: { a: "9" } });
  index.update(second, moved);
  expect([idsIn(index, "8"), idsIn(index, "9")]).toEqual([[], ["2"]]);

  index.revertUpdate(second, moved);
  expect([idsIn(index, "8"), idsIn(index, "9")]).toEqual([["2"], []]);
});

test("forgets removed rows", () => {
  const index = new HashIndex<Thing>("places.person", false);
  const rows = ["1", "2", "3"].map((id) => row(id, { places: [{ person: "x" }] }));
  index.insert(rows);

  index.remove(rows.slice(0, 2));

  expect(idsIn(index, "x")).toEqual(["3"]);
});
