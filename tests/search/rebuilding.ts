/** The contract of rebuilding beside live changes, and of closing. */
import { SearchUnavailableError } from "../../mixins/search/errors.ts";
import type { SearchEngine } from "../../mixins/search/port.ts";
import { type EngineUnderTest, film, ids, type MakeEngine } from "./harness.ts";

export function rebuilding(make: MakeEngine): void {
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

  test("the old generation serves until the new one is whole, with the changes made meanwhile", async () => {
    await engine.put([film("old"), film("changed", { title: "Before" }), film("gone")]);
    const rebuild = await engine.rebuild();
    await rebuild.put([film("kept"), film("changed", { title: "Before" })]);
    await engine.put([film("changed", { title: "After", version: 2 }), film("live")]);
    await engine.remove([{ id: "gone", version: 1 }]);
    await rebuild.put([film("gone"), film("changed", { title: "Before" })]);

    expect((await ids(engine, {})).toSorted()).toEqual(["changed", "live", "old"]);
    await rebuild.commit();

    expect((await ids(engine, {})).toSorted()).toEqual(["changed", "kept", "live"]);
    expect(await ids(engine, { q: "after" })).toEqual(["changed"]);
    await expect(engine.stats()).resolves.toMatchObject({ filled: true, rebuilding: false });
  });

  test("searches answer all through a rebuild and its swap", async () => {
    await engine.put([film("steady", { title: "Steady" })]);
    const rebuild = await engine.rebuild();
    const answers: Promise<string[]>[] = [];
    for (let i = 0; i < 20; i++) {
      answers.push(ids(engine, { q: "steady" }));
      if (i === 10)
        answers.push(rebuild.put([film("steady", { title: "Steady" })]).then(() => ["steady"]));
      if (i === 15) answers.push(rebuild.commit().then(() => ["steady"]));
    }

    expect(new Set((await Promise.all(answers)).flat())).toEqual(new Set(["steady"]));
  });

  test("an abandoned rebuild leaves nothing behind, a second one replaces the first", async () => {
    await engine.put([film("old")]);
    const first = await engine.rebuild();
    await first.put([film("first")]);
    const second = await engine.rebuild();

    await expect(first.put([film("more")])).rejects.toThrow(/start the rebuild again/);
    await second.abandon();

    expect(await ids(engine, {})).toEqual(["old"]);
    await expect(engine.stats()).resolves.toMatchObject({ rebuilding: false, filled: false });
  });

  test("closing waits for what was asked, and refuses what comes after", async () => {
    await engine.put([film("a")]);
    const pending = [engine.search({ limit: 1 }), engine.search({ q: "a", limit: 1 })];

    await engine.close();

    for (const { total } of await Promise.all(pending)) expect(total).toBe(1);
    await expect(engine.stats()).rejects.toBeInstanceOf(SearchUnavailableError);
    await engine.close();
  });
}
