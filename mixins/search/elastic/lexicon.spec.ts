import { expand } from "../alternatives.ts";
import { Facts } from "./lexicon.ts";

test("asks at once for all that a reading wanted, and for nothing twice", () => {
  const facts = new Facts();
  facts.count("matrix");
  facts.count("the");
  facts.anywhere("matrix");
  facts.begins("mat");

  const asked = facts.questions();
  facts.learn({
    aggregations: {
      count: { buckets: [{ doc_count: 3 }, { doc_count: 900 }] },
      anywhere: { buckets: [{ doc_count: 7 }] },
      begins: { buckets: [{ doc_count: 4 }] },
    },
  });

  expect(Object.keys(asked?.aggs ?? {})).toEqual(["count", "anywhere", "begins"]);
  expect([facts.count("matrix"), facts.count("the"), facts.anywhere("matrix")]).toEqual([
    3, 900, 7,
  ]);
  expect(facts.begins("mat")).toBe(true);
  expect(facts.questions()).toBeUndefined();
});

test("looks for likenesses only once it is known that a word is unknown", () => {
  const facts = new Facts();
  const read = () => expand("titnic", true, facts, "rare");
  read();
  expect(facts.questions()?.suggest).toEqual({});
  facts.learn({});
  read();

  const asked = facts.questions();
  facts.learn({
    suggest: { near1: [{ text: "titnic", options: [{ text: "titanic", freq: 9 }] }] },
  });

  expect(asked?.suggest).toMatchObject({ near1: { text: expect.stringMatching(/^titnic/) } });
  expect(read().alternatives).toContainEqual(expect.objectContaining({ text: "titanic" }));
});

test("words that sound alike come with their skeleton, which is taken off", () => {
  const facts = new Facts();
  facts.alike("титаник");

  facts.questions();
  facts.learn({
    aggregations: { alike0: { words: { buckets: [{ key: "ttnk titanic", doc_count: 2 }] } } },
  });

  expect(facts.alike("титаник")).toEqual([{ word: "titanic", count: 2 }]);
});

test("a word that the server has nothing to say of has no neighbours, and is not asked again", () => {
  const facts = new Facts();
  facts.near("zzyzx", 1);

  facts.questions();
  facts.learn({});

  expect(facts.near("zzyzx", 1)).toEqual([]);
  expect(facts.questions()).toBeUndefined();
});
