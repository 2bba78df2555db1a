import { behind, conditions, pageQuery } from "./query.ts";

test("conditions are about rows: what all documents have, what is unique, what a store alone knows", () => {
  const where = { id: "x", updatedAt: { gte: "t" }, ids: { in: ["a", 1] }, "cast.person": "p" };

  expect(conditions({ ...where, gone: undefined }, ["ids"])).toEqual([
    { _id: "x" },
    { updatedAt: { $gte: "t" } },
    { uniques: { $in: ['ids="a"', "ids=1"] } },
    { "body.cast.person": "p" },
  ]);
});

test("behind a place stands what has more, or as much and a later id; what has nothing stands first", () => {
  expect(behind("year", false, { value: 1, id: "i" })).toEqual({
    $or: [{ "body.year": { $gt: 1 } }, { "body.year": 1, _id: { $gt: "i" } }],
  });
  expect(behind("year", true, { value: 1, id: "i" })).toEqual({
    $or: [
      { "body.year": { $lt: 1 } },
      { "body.year": 1, _id: { $lt: "i" } },
      { "body.year": null },
    ],
  });
  expect(behind("year", true, { id: "i" })).toEqual({ "body.year": null, _id: { $lt: "i" } });
  expect(behind("id", false, { id: "i" })).toEqual({ _id: { $gt: "i" } });
});

test("a page sees no batch that is not committed, and breaks ties by id", () => {
  const sort = { field: "year", descending: true };

  expect(pageQuery({ where: {}, sort, limit: 5 }, [])).toEqual({
    filter: { $and: [{ batch: null }] },
    order: { "body.year": -1, _id: -1 },
    limit: 5,
  });
  expect(pageQuery({ where: { ids: "a" }, sort, limit: 5 }, ["ids"])).toMatchObject({
    filter: { uniques: 'ids="a"' },
    limit: 0,
  });
});
