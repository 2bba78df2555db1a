/** The contract of feeding: versions, removals, batches. */
import type { SearchEngine } from "../../mixins/search/port.ts";
import { type EngineUnderTest, film, ids, type MakeEngine } from "./harness.ts";

export function feeding(make: MakeEngine): void {
  let under: EngineUnderTest;
  let engine: SearchEngine;
  beforeEach(async () => {
    under = await make();
    engine = under.open();
  });
  afterEach(async () => {
    await engine.close();
    await under.dispose();
  });

  test("a new version replaces the old one in every respect", async () => {
    await engine.put([film("a", { title: "Alpha", cast: ["Old Man"], genre: ["war"] })]);

    await engine.put([film("a", { title: "Omega", genre: ["music"], version: 2 })]);

    expect(await ids(engine, { q: "alpha" })).toEqual([]);
    expect(await ids(engine, { q: "old man" })).toEqual([]);
    expect(await ids(engine, { q: "omega" })).toEqual(["a"]);
    const { facets, total } = await engine.search({ limit: 1, facets: true });
    expect(facets.genre).toEqual([{ value: "music", count: 1 }]);
    expect(total).toBe(1);
  });

  test("a version that comes late is ignored, within a batch too", async () => {
    await engine.put([film("a", { title: "Newer", version: 5 }), film("a", { title: "Older" })]);
    await engine.put([film("a", { title: "Older", version: 4 })]);
    await engine.remove([{ id: "a", version: 4 }]);

    expect(await ids(engine, { q: "newer" })).toEqual(["a"]);
    expect(await ids(engine, { q: "older" })).toEqual([]);
  });

  test("what was removed does not come back with a late message", async () => {
    await engine.put([film("a", { version: 2 })]);
    await engine.remove([
      { id: "a", version: 3 },
      { id: "never-seen", version: 7 },
    ]);

    await engine.put([film("a", { version: 2 }), film("never-seen", { version: 6 })]);
    expect(await ids(engine, {})).toEqual([]);

    await engine.put([film("a", { version: 4 })]);
    expect(await ids(engine, {})).toEqual(["a"]);
  });

  test("the same batch again changes nothing", async () => {
    const batch = [film("a", { genre: ["war"] }), film("b", { genre: ["war"] })];
    await engine.put(batch);
    await engine.put(batch);

    const { facets, total } = await engine.search({ limit: 1, facets: true });

    expect(total).toBe(2);
    expect(facets.genre).toEqual([{ value: "war", count: 2 }]);
  });

  test("a batch with a document that cannot be indexed is refused as a whole", async () => {
    await expect(engine.put([film("a"), film("b", { version: Number.NaN })])).rejects.toThrow();

    expect(await ids(engine, {})).toEqual([]);
  });

  test("what was put is there when the engine opens again", async () => {
    await engine.put([film("a", { title: "Alpha" })]);
    await engine.close();

    engine = under.open();

    expect(await ids(engine, { q: "alhpa" })).toEqual(["a"]);
    await expect(engine.stats()).resolves.toMatchObject({ documents: 1, rebuilding: false });
  });
}
