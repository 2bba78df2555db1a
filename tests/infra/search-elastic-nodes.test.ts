/** Several nodes over one index in Elasticsearch: changes meet rebuilds, and one node rebuilds. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { elasticSearch } from "../../mixins/search/elastic/engine.ts";
import { RebuildElsewhereError } from "../../mixins/search/errors.ts";
import type { SearchEngine } from "../../mixins/search/port.ts";
import { indicesOf, newPrefix, removeIndices } from "../search/cluster.ts";
import { definition, film, ids } from "../search/harness.ts";
import { urlOf } from "./engine-urls.ts";

const url = urlOf("ELASTIC_URL", "an Elasticsearch").href;
const leaseMs = 4_000;
let prefix: string;
const open = new Set<SearchEngine>();
beforeEach(() => {
  prefix = newPrefix();
});
afterEach(async () => {
  for (const engine of open) await engine.close();
  open.clear();
  await removeIndices(prefix, url);
});

/** A node of its own; nodes know nothing of each other but what the cluster tells. */
function node(version = definition.version): SearchEngine {
  const engine = elasticSearch({
    ...{ url, prefix, leaseMs, askMs: 20_000 },
    definition: { ...definition, version },
  });
  open.add(engine);
  return engine;
}

test("what one node puts and removes another finds, or finds no more", async () => {
  const [one, other] = [node(), node()];
  await Promise.all([one.put([film("a"), film("b")]), other.put([film("c")])]);
  await other.remove([{ id: "a", version: 1 }]);
  await one.put([film("a")]);

  await other.settle();

  for (const engine of [one, other]) expect((await ids(engine, {})).sort()).toEqual(["b", "c"]);
});

test("changes of one node are in the index that another builds and swaps in meanwhile", async () => {
  const [builder, follower] = [node(), node()];
  const source = new Map<string, number>();
  let isDone = false;
  const follow = async () => {
    for (let n = 0; !isDone || n < 60; n++) {
      const id = `f${n % 20}`;
      const version = (source.get(id) ?? 0) + 1;
      source.set(id, version);
      // As an actor does: what is told of has been written before.
      await follower.put([film(id, { title: `Film ${id} ${version}`, version })]);
    }
  };
  const build = async () => {
    for (let round = 0; round < 3; round++) {
      const rebuild = await builder.rebuild();
      for (const [id, version] of source) {
        await rebuild.put([film(id, { title: `Film ${id} ${version}`, version })]);
      }
      await rebuild.commit();
    }
    isDone = true;
  };

  await Promise.all([follow(), build()]);
  await follower.settle();

  const { items } = await builder.search({ limit: 100 });
  const shown = items.map(({ stored }) => (stored as { title: string }).title);
  const wanted = [...source].map(([id, version]) => `Film ${id} ${version}`);
  expect(shown.sort()).toEqual(wanted.sort());
  expect(await indicesOf(prefix, url)).toHaveLength(1);
}, 60_000);

test("a change that was on its way when the rebuild began is in it, and in what it swaps in", async () => {
  const [builder, follower] = [node(), node()];
  await follower.put([film("old")]);
  // The follower has seen that nothing is being built.
  const rebuild = await builder.rebuild();
  await follower.put([film("during")]);
  await rebuild.commit();
  // And now it has seen the generation before this one.
  await follower.put([film("after")]);
  await follower.remove([{ id: "during", version: 1 }]);
  await follower.settle();

  expect(await ids(builder, {})).toEqual(["after"]);
});

test("while one node builds another is told so, and may when it is done", async () => {
  const [one, other] = [node(), node()];
  const rebuild = await one.rebuild();

  await expect(other.rebuild()).rejects.toBeInstanceOf(RebuildElsewhereError);
  await expect(other.stats()).resolves.toMatchObject({ rebuilding: true, filled: false });
  await rebuild.commit();

  await expect(other.stats()).resolves.toMatchObject({ rebuilding: false, filled: true });
  await (await other.rebuild()).commit();
});

test("what was finished while another watched its builder stays", async () => {
  const [builder, watcher] = [node(), node()];
  const anew = await builder.rebuild();
  await anew.put([film("a")]);
  await wait(leaseMs / 10);
  // Sees that somebody builds, just before the last beat.
  await watcher.stats();
  await anew.commit();

  await wait(2 * leaseMs);

  expect(await ids(watcher, {})).toEqual(["a"]);
  expect(await watcher.stats()).toMatchObject({ filled: true, rebuilding: false });
});

test("of nodes that begin at once one at most builds", async () => {
  const nodes = Array.from({ length: 4 }, () => node());
  await nodes[0]?.stats();

  const begun = await Promise.allSettled(nodes.map((engine) => engine.rebuild()));

  expect(begun.filter(({ status }) => status === "fulfilled").length).toBeLessThanOrEqual(1);
  const refused = begun.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
  for (const reason of refused) expect(reason).toBeInstanceOf(RebuildElsewhereError);
});

test("after kill -9 of the builder another builds, and what is half built never serves", async () => {
  const engine = node();
  await engine.put([film("kept")]);
  const script = join(import.meta.dirname, "../search/endless-rebuild.ts");
  const child = spawn(process.execPath, [script, url, prefix, String(leaseMs)]);
  await once(child.stdout, "data");
  child.kill("SIGKILL");
  await once(child, "exit");

  const rebuild = await engine.rebuild();
  await rebuild.put([film("whole")]);
  await rebuild.commit();

  expect(await ids(engine, {})).toEqual(["whole"]);
  expect(await indicesOf(prefix, url)).toHaveLength(1);
});

test("a builder that was frozen for longer than its lease swaps nothing in", async () => {
  const engine = node();
  await engine.put([film("kept")]);
  const script = join(import.meta.dirname, "../search/endless-rebuild.ts");
  const child = spawn(process.execPath, [script, url, prefix, String(leaseMs)]);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  await once(child.stdout, "data");
  child.kill("SIGSTOP");
  const rebuild = await engine.rebuild();

  child.kill("SIGCONT");
  await once(child, "exit");

  expect(said).toMatch(/start the rebuild again/);
  await rebuild.put([film("whole")]);
  await rebuild.commit();
  await engine.settle();
  expect(await ids(engine, {})).toEqual(["whole"]);
});

test("what a killed builder has left goes by itself, once a node sees it", async () => {
  const engine = node();
  await engine.put([film("kept")]);
  const script = join(import.meta.dirname, "../search/endless-rebuild.ts");
  const child = spawn(process.execPath, [script, url, prefix, String(leaseMs)]);
  await once(child.stdout, "data");
  child.kill("SIGKILL");

  while ((await engine.stats()).rebuilding) await wait(100);

  // Nobody builds it from here on; that it is gone comes a moment later.
  while ((await indicesOf(prefix, url)).length > 1) await wait(100);
  await engine.settle();
  expect(await ids(engine, {})).toEqual(["kept"]);
});

test("a new definition is another index: the one before serves its nodes until the next", async () => {
  const [first, second, third] = [node(1), node(2), node(3)];
  for (const engine of [first, second]) {
    await engine.put([film("a")]);
    await (await engine.rebuild()).commit();
    await engine.put([film("b")]);
    await engine.settle();
  }
  expect(await ids(first, {})).toEqual(["b"]);

  await (await third.rebuild()).commit();

  expect(await indicesOf(prefix, url)).toEqual([
    expect.stringMatching(/-v2\.1-/),
    expect.stringMatching(/-v3\.1-/),
  ]);
});

test("an index that somebody has removed is made anew, and is due to be filled", async () => {
  const engine = node();
  await engine.put([film("a")]);
  await (await engine.rebuild()).commit();
  await removeIndices(prefix, url);

  expect(await ids(engine, {})).toEqual([]);
  await engine.put([film("b")]);
  await engine.settle();

  expect(await ids(engine, {})).toEqual(["b"]);
  await expect(engine.stats()).resolves.toMatchObject({ filled: false, documents: 1 });
});
