/** The contract of an engine that lives in the process: it breaks off, and goes on by itself. */
import { SearchUnavailableError } from "../../mixins/search/errors.ts";
import type { SearchEngine } from "../../mixins/search/port.ts";
import { type EngineUnderTest, film, ids, type MakeEngine } from "./harness.ts";

interface Breakable extends EngineUnderTest {
  /** Breaks the engine off as a crash would. */
  crash(engine: SearchEngine): Promise<void>;
}

export function crashing(make: MakeEngine<Breakable>): void {
  let under: Breakable;
  let engine: SearchEngine;
  beforeEach(async () => {
    under = await make();
    engine = under.open();
  });
  afterEach(async () => {
    await engine.close();
    await under.dispose();
  });

  test("a crash in the middle of a rebuild leaves the old generation in service", async () => {
    await engine.put([film("old")]);
    const rebuild = await engine.rebuild();
    await rebuild.put([film("new")]);

    await under.crash(engine);

    expect(await ids(engine, {})).toEqual(["old"]);
    await expect(rebuild.commit()).rejects.toBeInstanceOf(SearchUnavailableError);
    await expect(engine.stats()).resolves.toMatchObject({ rebuilding: false });
  });

  test("after a crash what was pending fails clearly and the next request is answered", async () => {
    await engine.put([film("a")]);
    // So many that the crash comes before the last of them, however fast they are answered.
    const asked = Array.from({ length: 500 }, () => engine.search({ q: "a", limit: 1 }));
    const settled = Promise.allSettled(asked);

    await under.crash(engine);

    const refusals = (await settled).flatMap((one) => ("reason" in one ? [one.reason] : []));
    expect(refusals).not.toEqual([]);
    for (const refusal of refusals) expect(refusal).toBeInstanceOf(SearchUnavailableError);
    expect(await ids(engine, {})).toEqual(["a"]);
  });
}
