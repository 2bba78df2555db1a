/** The contract of paging: every document once, whatever the order and however many are alike. */
import { CursorError } from "../../mixins/search/errors.ts";
import type { SearchEngine, SearchQuery } from "../../mixins/search/port.ts";
import { type EngineUnderTest, film, type MakeEngine, pages } from "./harness.ts";

export function paging(make: MakeEngine): void {
  const count = 700;
  let under: EngineUnderTest;
  let engine: SearchEngine;
  beforeAll(async () => {
    under = await make();
    engine = under.open();
    const films = Array.from({ length: count }, (_, i) =>
      film(`f${String(i).padStart(3, "0")}`, {
        title: i % 2 ? "Twin Film" : `Film ${i % 7}`,
        extract: "common words",
        year: i % 5 === 0 ? null : 1990 + (i % 3),
        popularity: (i % 4) / 4,
      }),
    );
    await engine.put(films);
  });
  afterAll(async () => {
    await engine.close();
    await under.dispose();
  });

  const queries: [string, SearchQuery][] = [
    ["everything", { limit: 97 }],
    ["a common word", { q: "film", limit: 64 }],
    ["one word of the extract", { q: "common", limit: 100 }],
    ["a sort with ties", { sort: { by: "year", order: "asc" }, limit: 33 }],
    ["a falling sort with ties", { q: "film", sort: { by: "title", order: "desc" }, limit: 50 }],
    ["a filter", { filters: { decade: ["1990"] }, limit: 41 }],
  ];
  test.each(queries)("pages through %s without a gap or a repetition", async (_, query) => {
    const { total } = await engine.search(query);

    const found = await pages(engine, query);

    expect(found.flat()).toHaveLength(total);
    expect(new Set(found.flat()).size).toBe(total);
    expect(found.slice(0, -1).every((page) => page.length === query.limit)).toBe(true);
  });

  test("a page goes on after documents that were removed meanwhile", async () => {
    const query: SearchQuery = { sort: { by: "title", order: "asc" }, limit: 10 };
    await engine.put([film("aaa-1"), film("aaa-2"), film("aaa-3")]);
    const first = await engine.search({ ...query, limit: 2 });
    await engine.remove([{ id: "aaa-2", version: 1 }]);

    const second = await engine.search({ ...query, after: first.next ?? "" });

    expect(first.items.map(({ id }) => id)).toEqual(["aaa-1", "aaa-2"]);
    expect(second.items[0]?.id).toBe("aaa-3");
    await engine.remove(["aaa-1", "aaa-3"].map((id) => ({ id, version: 1 })));
  });

  test("refuses a cursor that is not one, or of another query, sort or filter", async () => {
    const query: SearchQuery = { q: "film", limit: 5 };
    const after = (await engine.search(query)).next ?? "";
    const strangers: SearchQuery[] = [
      { ...query, after: "nonsense" },
      { ...query, after: "" },
      { ...query, after: Buffer.from("[1,2]").toString("base64url") },
      { ...query, q: "twin", after },
      { ...query, sort: { by: "year", order: "asc" }, after },
      { ...query, filters: { decade: ["1990"] }, after },
    ];

    for (const stranger of strangers) {
      await expect(engine.search(stranger)).rejects.toBeInstanceOf(CursorError);
    }
  });

  test("a cursor serves whatever the size of the next page", async () => {
    const first = await engine.search({ q: "film", limit: 5 });

    const second = await engine.search({ q: "film", limit: 50, after: first.next ?? "" });

    expect(second.items).toHaveLength(50);
  });
}
