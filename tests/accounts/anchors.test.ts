/** Anchors in a folder, and what takes many of them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Anchors } from "../../mixins/anchors/anchors.ts";
import { DirectoryStore } from "../../mixins/objects/directory.ts";
import { anchorsContract } from "./anchors.contract.ts";

async function open() {
  const root = await mkdtemp(join(tmpdir(), "bijou-objects-"));
  const store = await DirectoryStore.open(root);
  return { store, close: () => rm(root, { recursive: true, force: true }) };
}

anchorsContract("a folder", open);

describe("many", () => {
  const hash = "h".repeat(43);
  const use = { key: "a key", file: "none", missed: async () => {}, failed: () => {} };

  test("ends are written in lines of a thousand", async () => {
    const { store: objects, close } = await open();
    const anchors = new Anchors({ objects, ...use });
    for (let n = 0; n < 2_500; n++) anchors.grew(`account-${n}`, { number: 1, hash });

    const count = await anchors.write();

    const { heads, lines, faults } = await anchors.check();
    expect([count, heads.size, lines, faults]).toEqual([2_500, 2_500, 3, []]);
    await close();
  });

  test("lines are packed while the node runs: objects stay few", async () => {
    const { store: objects, close } = await open();
    const anchors = new Anchors({ objects, ...use });
    for (let number = 1; number <= 502; number++) {
      anchors.grew("x", { number, hash });
      await anchors.write();
    }
    await anchors.close();

    const keys = (await objects.list("audit/anchors/")).map(({ key }) => key.split("/").at(-1));

    expect(keys).toEqual(["000000001-000000500", "000000501", "000000502"]);
    expect(await anchors.check()).toMatchObject({ faults: [], lines: 502 });
    await close();
  });
});
