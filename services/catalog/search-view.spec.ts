import { find } from "./search.contract.ts";
import { marked, queryOf } from "./search-view.ts";

test("marks what was found and escapes everything else", () => {
  const text = 'A <b> & "C"';

  expect(marked({ field: "title", text, ranges: [[2, 5]] })).toBe(
    "A <mark>&lt;b&gt;</mark> &amp; &quot;C&quot;",
  );
  expect(marked({ field: "title", text: "plain", ranges: [] })).toBe("plain");
});

test("asks for the only state that the asker may see, whatever was asked", () => {
  const asked = find.params.parse({ q: "x", state: "draft" });

  expect(queryOf(asked, "published").filters).toEqual({ state: ["published"] });
  expect(queryOf(asked).filters).toEqual({ state: ["draft"] });
});

test("turns filters, ranges and sorts into those of the index", () => {
  const asked = find.params.parse({
    genre: ["war"],
    decade: [1940],
    yearFrom: 1942,
    sort: "-year",
  });

  expect(queryOf(asked)).toMatchObject({
    filters: { genre: ["war"], decade: ["1940"] },
    ranges: { year: { from: 1942 } },
    sort: { by: "year", order: "desc" },
  });
});
