import { collection, type Stored } from "./collection.ts";
import { uniqueFields, uniquesOf, unkeyed, valuesAt } from "./uniques.ts";

const of = collection<Stored>({
  name: "things",
  indexes: { "codes.hash": { unique: true }, ids: { unique: true }, year: { sorts: true } },
});

test("are the idempotency keys and the fields that a store declares so", () => {
  expect(uniqueFields(of)).toEqual(["claims", "codes.hash", "ids"]);
});

test("are each value once, of every element where a path meets a list, and none of an empty one", () => {
  const doc = { ids: ["a", "b", "a"], codes: [{ hash: 1 }, {}, { hash: "1" }], year: 1961 };

  expect(uniquesOf(doc, uniqueFields(of))).toEqual([
    "codes.hash=1",
    'codes.hash="1"',
    'ids="a"',
    'ids="b"',
  ]);
  expect(uniquesOf({ ids: [], codes: [] }, uniqueFields(of))).toEqual([]);
  expect(valuesAt({ a: null }, "a.b")).toEqual([]);
});

test("say again what they were made of", () => {
  expect(unkeyed('ids="a=b"')).toEqual({ field: "ids", value: "a=b" });
});
