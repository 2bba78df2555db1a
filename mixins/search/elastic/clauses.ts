/** What is asked of a person's words, in the server's terms. Words are terms here, so nothing that
 * a person types can be an operator. Pure. */
import type { estypes } from "@elastic/elasticsearch";
import type { Alternative } from "../alternatives.ts";
import { checkFacet, checkSort } from "../checks.ts";
import type { Need, Question } from "../ladder.ts";
import type { IndexDefinition, SearchQuery } from "../port.ts";
import type { Reading } from "../reading.ts";

type Clause = estypes.QueryDslQueryContainer;

/**
 * What passes the filters and ranges of a query.
 *
 * @throws QueryError where there is no such facet or sort
 */
export function allowed(
  definition: IndexDefinition,
  { filters, ranges }: Pick<SearchQuery, "filters" | "ranges">,
): Clause[] {
  const values = Object.entries(filters ?? {}).map(([facet, any]): Clause => {
    checkFacet(definition.facets, facet);
    return { terms: { [`facets.${facet}`]: any.map((value) => value.toWellFormed()) } };
  });
  const bounds = Object.entries(ranges ?? {}).map(([sort, { from, to }]): Clause => {
    checkSort(definition.sorts, sort);
    const bound = {
      ...(from === undefined ? {} : { gte: from }),
      ...(to === undefined ? {} : { lte: to }),
    };
    // Without a bound there must still be a value.
    const field = `sorts.${sort}.n`;
    return from === undefined && to === undefined
      ? { exists: { field } }
      : { range: { [field]: bound } };
  });
  return [{ term: { live: true } }, ...values, ...bounds];
}

/** What holds the words of one of the readings, as many as are needed. */
export function holding({ readings, need }: Question, field: "all" | "named"): Clause {
  return anyOf(
    readings.map(({ words }) => {
      const groups = new Map(words.map((forms) => [JSON.stringify(forms), oneOf(forms, field)]));
      const should = [...groups.values()];
      return { bool: { should, minimum_should_match: least(should.length, need) } };
    }),
  );
}

/** Any of the clauses; none of none, which the server would take for everything. */
export const anyOf = (should: Clause[]): Clause => {
  const [only, second] = should;
  if (!only) return { match_none: {} };
  return second ? { bool: { should, minimum_should_match: 1 } } : only;
};

/** The server takes no longer beginning, and no word of the index is so long. */
export const longestStart = 255;

const least = (count: number, need: Need): number =>
  need === "some" ? 1 : need === "most" && count > 1 ? count - 1 : count;

function oneOf(forms: readonly Alternative[], field: string): Clause {
  const whole = forms.filter(({ prefix }) => !prefix).map(({ text }) => text);
  const starts = forms.filter(({ prefix, text }) => prefix && text.length <= longestStart);
  return anyOf([
    ...(whole.length > 0 ? [{ terms: { [field]: whole } }] : []),
    ...starts.map(({ text }): Clause => ({ prefix: { [field]: text } })),
  ]);
}

/** By this name the server tells the bm25 of a hit. */
export const bm25Name = "bm25";
/** With many alternatives bm25 is slow, and says little. */
const fewForms = 2;

/**
 * What brings the best to the top, roughly as `rank` will: the exact title, titles that start so,
 * what has the words in titles and names, bm25, and how well known it is.
 */
export function bringing(definition: IndexDefinition, question: Question): Clause[] {
  const { readings, need } = question;
  const [first] = readings;
  const typed = first ? first.words.map((forms) => forms[0]?.text ?? "").join(" ") : "";
  const always = (filter: Clause, boost: number): Clause => ({ constant_score: { filter, boost } });
  const plain =
    need === "all" && readings.length === 1 && first?.words.every((f) => f.length <= fewForms);
  return [
    always({ term: { titles: typed } }, 30),
    ...(typed.length > longestStart ? [] : [always({ prefix: { titles: typed } }, 9)]),
    always(holding(question, "named"), 6),
    ...(plain && first ? [bm25(definition, first)] : []),
    known(3),
  ];
}

function bm25({ fields }: IndexDefinition, { words }: Reading): Clause {
  const weighted = fields.map(({ name, weight }) => `f.${name}^${Math.max(1, weight)}`);
  const whole = new Set(words.flat().flatMap(({ text, prefix }) => (prefix ? [] : [text])));
  const should = [...whole].map(
    (query): Clause => ({ combined_fields: { query, fields: weighted } }),
  );
  return { bool: { should, boost: bm25Share, _name: bm25Name } };
}

/** A bm25 may reach 60 where a popularity counts 3. */
export const bm25Share = 0.1;

const known = (factor: number): Clause => ({
  function_score: {
    query: { match_all: {} },
    functions: [{ field_value_factor: { field: "popularity", factor, missing: 0 } }],
    boost_mode: "replace",
  },
});

/** The facets of a result. */
export const counting = ({ facets }: IndexDefinition) =>
  Object.fromEntries(
    facets.map((name) => [name, { terms: { field: `facets.${name}`, size: mostValues } }]),
  );

/** A facet has a few hundred values at most. */
const mostValues = 1000;
