import { QueryError } from "../errors.ts";
import { allowed, anyOf, holding } from "./clauses.ts";

const definition = { name: "films", version: 1, fields: [], facets: ["genre"], sorts: ["year"] };
const form = (text: string, prefix = false) => ({ text, prefix, quality: 1 });
const reading = (...words: ReturnType<typeof form>[][]) => ({ words, known: 1, rare: false });

test("words are terms, and the last may be a beginning", () => {
  const readings = [reading([form("the")], [form("mat"), form("mat", true)])];

  expect(holding({ readings, need: "all" }, "all")).toEqual({
    bool: {
      should: [
        { terms: { all: ["the"] } },
        {
          bool: {
            should: [{ terms: { all: ["mat"] } }, { prefix: { all: "mat" } }],
            minimum_should_match: 1,
          },
        },
      ],
      minimum_should_match: 2,
    },
  });
});

test.each([
  ["all", 3],
  ["most", 2],
  ["some", 1],
] as const)("of three words %s must be there: %i", (need, least) => {
  const readings = [reading([form("a")], [form("b")], [form("c")])];

  expect(holding({ readings, need }, "named")).toMatchObject({
    bool: { minimum_should_match: least },
  });
});

test("a repeated word is asked once, one that is too long to begin anything as it is", () => {
  const long = "x".repeat(1_000);
  const readings = [reading([form("a")], [form("a")], [form(long), form(long, true)])];

  expect(holding({ readings, need: "all" }, "all")).toEqual({
    bool: {
      should: [{ terms: { all: ["a"] } }, { terms: { all: [long] } }],
      minimum_should_match: 2,
    },
  });
});

test("none of nothing is nothing, not everything", () => {
  expect(anyOf([])).toEqual({ match_none: {} });
});

test("filters and ranges must hold, and what is removed is never found", () => {
  const query = { filters: { genre: ["war", "drama"] }, ranges: { year: { from: 1990 } } };

  expect(allowed(definition, query)).toEqual([
    { term: { live: true } },
    { terms: { "facets.genre": ["war", "drama"] } },
    { range: { "sorts.year.n": { gte: 1990 } } },
  ]);
  expect(() => allowed(definition, { filters: { colour: [] } })).toThrow(QueryError);
  expect(() => allowed(definition, { ranges: { size: {} } })).toThrow(QueryError);
});
