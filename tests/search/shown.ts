/** The contract of what is shown: highlights, stored values, suggestions. */
import type { SearchEngine } from "../../mixins/search/port.ts";
import { catalogue, type EngineUnderTest, film, type MakeEngine } from "./harness.ts";

export function shown(make: MakeEngine): void {
  let under: EngineUnderTest;
  let engine: SearchEngine;
  beforeAll(async () => {
    under = await make();
    engine = under.open();
    await engine.put(catalogue);
  });
  afterAll(async () => {
    await engine.close();
    await under.dispose();
  });

  const marked = async (q: string) => {
    const { items } = await engine.search({ q, limit: 1, highlight: true });
    return (items[0]?.highlights ?? []).map(({ field, text, ranges }) => [
      field,
      ...ranges.map(([start, end]) => text.slice(start, end)),
    ]);
  };

  test("marks what was found in the text as it was written", async () => {
    expect(await marked("amelie")).toEqual([
      ["title", "Amélie"],
      ["title", "Amélie"],
    ]);
    expect(await marked("matrix moss hacker")).toEqual([
      ["title", "Matrix"],
      ["cast", "Moss"],
      ["extract", "hacker"],
    ]);
  });

  test("marks the word that was meant where another was typed", async () => {
    expect(await marked("titnic")).toEqual([["title", "Titanic"]]);
    expect(await marked("титаник")).toEqual([["title", "Titanic"]]);
  });

  test("a long text is shown around the first word found", async () => {
    const extract = `${"Nothing happens here. ".repeat(40)}Then a zeppelin lands. ${"Quiet. ".repeat(60)}`;
    await engine.put([film("long", { extract })]);

    const { items } = await engine.search({ q: "zeppelin", limit: 1, highlight: true });

    const [highlight] = items[0]?.highlights ?? [];
    const [start = 0, end = 0] = highlight?.ranges[0] ?? [];
    expect(highlight?.text.length).toBeLessThanOrEqual(240);
    expect(highlight?.text.slice(start, end)).toBe("zeppelin");
  });

  test("no highlights and no facets come unasked", async () => {
    const found = await engine.search({ q: "matrix", limit: 1 });

    expect(found.facets).toEqual({});
    expect(found.items[0]).toMatchObject({ highlights: [], stored: { title: "The Matrix" } });
  });

  test("suggests titles by their beginning and by the beginning of their words", async () => {
    const texts = async (q: string) => (await engine.suggest({ q, limit: 5 })).map((s) => s.text);

    expect((await texts("the mat"))[0]).toBe("The Matrix");
    expect((await texts("matr"))[0]).toBe("The Matrix");
    expect(await texts("relo")).toContain("The Matrix Reloaded");
    expect(await texts("")).toEqual([]);
  });

  test("suggests people with the number of their films", async () => {
    const suggestions = await engine.suggest({ q: "keanu r", limit: 5 });

    expect(suggestions).toContainEqual({ field: "cast", text: "Keanu Reeves", documents: 3 });
  });

  test("suggests within the filters", async () => {
    const filters = { genre: ["action"] };

    const suggestions = await engine.suggest({ q: "the m", limit: 5, filters });

    expect(suggestions.map(({ text }) => text)).not.toContain("The Matrix Reloaded");
  });
}
