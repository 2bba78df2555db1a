/** Anchors among the objects, whatever keeps these: passed by every store of objects. */
import { appendFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Anchors, type AnchorsUse } from "../../mixins/anchors/anchors.ts";
import { anchorsNow } from "../../mixins/anchors/carrying.ts";
import { ObjectStoreError } from "../../mixins/objects/errors.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { read, text } from "../objects/kit.ts";

const key = "the secret of the house";
const head = (number: number) => ({ number, hash: `h${number}` });

/** Two lines as older houses wrote them, under this key. */
const old = [
  '{"at":"2026-01-01T00:00:00.000Z","heads":{"x":{"hash":"h1","number":1}},"mac":"UUdIlQlJbWoIiUhyavpMv__AaB4v-j5GXV2J5fdDELQ"}',
  '{"at":"2026-01-01T00:01:00.000Z","heads":{"x":{"hash":"h7","number":7}},"mac":"mCeS44ScC1jHwratrP-yZOtuvyD3dCQfkRHxT4iW1Ww"}',
];

/** A store that can be away, or do what it is asked and not say so. */
function faltering(store: ObjectStore) {
  const state = { isAway: false, isMute: false };
  const away = () => new ObjectStoreError("STORAGE_UNAVAILABLE", "It is away.");
  const proxy = new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name).bind(target);
      return async (...args: unknown[]) => {
        if (state.isAway) throw away();
        const answer = await method(...args);
        if (state.isMute) throw away();
        return answer;
      };
    },
  });
  return Object.assign(state, { store: proxy as ObjectStore });
}

/** @param open an empty store */
export function anchorsContract(
  name: string,
  open: () => Promise<{ store: ObjectStore; close: () => Promise<void> }>,
): void {
  describe(`anchors in ${name}`, () => {
    let objects: ObjectStore;
    let close: () => Promise<void>;
    let folder: string;
    beforeEach(async () => {
      ({ store: objects, close } = await open());
      folder = await mkdtemp(join(tmpdir(), "bijou-anchors-"));
    });
    afterEach(async () => {
      await close();
      await rm(folder, { recursive: true, force: true });
    });

    /** A run of a node. */
    const run = (more: Partial<AnchorsUse> = {}) => {
      const file = join(folder, "anchors.ndjson");
      const use = { objects, key, file, missed: async () => {}, failed: () => {}, ...more };
      return new Anchors(use);
    };
    const keys = async () => (await objects.list("audit/anchors/")).map((info) => info.key);
    /** A line for each of the numbers. */
    async function wrote(anchors: Anchors, ...numbers: number[]): Promise<void> {
      for (const number of numbers) {
        anchors.grew("x", head(number));
        await anchors.write();
      }
    }

    test("each node sees what all of them anchored, and the furthest end counts", async () => {
      const [one, two] = [run(), run()];
      for (const anchors of [one, two]) await anchors.check();

      await wrote(one, 1, 4);
      await wrote(two, 2, 3);
      two.grew("y", head(1));
      await two.write();

      for (const anchors of [one, two, run()]) {
        const { heads, faults, lines } = await anchors.check();
        expect([faults, lines]).toEqual([[], 5]);
        expect(Object.fromEntries(heads)).toEqual({ x: head(4), y: head(1) });
      }
    });

    test("nothing is written where no chain grew, nor what is anchored already", async () => {
      await wrote(run(), 5);
      const next = run();

      await wrote(next, 5);
      const count = await next.write();

      expect([count, (await keys()).length]).toEqual([0, 1]);
    });

    test("a changed object and a removed one are noticed, and named", async () => {
      const anchors = run();
      await wrote(anchors, 1, 2, 3, 4, 5);
      const [, second = "", , fourth = ""] = await keys();
      const changed = String(await read(objects, second)).replace('"number":2,', '"number":9,');

      await objects.put(second, text(changed));
      await objects.remove(fourth);

      const { faults, heads } = await run().check();
      expect(faults).toMatchObject([
        { object: second, number: 2, fault: "anchor changed" },
        { number: 4, fault: "anchor missing" },
      ]);
      expect(heads.get("x")).toEqual(head(5));
    });

    test("last lines cut off are noticed by who wrote them, and by all after the next start", async () => {
      const [first, next] = [run(), run()];
      await wrote(first, 1, 2);
      await wrote(next, 3);
      await next.check();
      const [packed = ""] = (await keys()).filter((one) => one.endsWith("-000000002"));
      const [line = ""] = String(await read(objects, packed)).split("\n");

      await objects.remove(packed);
      await objects.put(packed.slice(0, packed.lastIndexOf("-")), text(line));

      for (const anchors of [first, next, run()]) {
        const { faults } = await anchors.check();
        expect(faults).toMatchObject([{ number: 2, fault: "anchor missing" }]);
      }
    });

    test("a run that was taken out altogether is noticed", async () => {
      await wrote(run(), 1);
      const [only = ""] = await keys();
      await wrote(run(), 2);

      await objects.remove(only);

      const { faults } = await run().check();
      expect(faults).toMatchObject([{ number: 1, fault: "anchor missing" }]);
    });

    test("while the store is away ends wait, and are anchored when it is back", async () => {
      const line = faltering(objects);
      const anchors = run({ objects: line.store });
      await wrote(anchors, 1);
      line.isAway = true;

      await expect(wrote(anchors, 2)).rejects.toThrow("It is away.");
      await expect(anchors.check()).rejects.toThrow("It is away.");
      line.isAway = false;
      const count = await anchors.write();

      const { faults, heads } = await run().check();
      expect([count, faults, heads.get("x")]).toEqual([1, [], head(2)]);
    });

    test("a run may begin and end while the store is away: the next one is told since when", async () => {
      await wrote(run(), 1);
      const line = faltering(objects);
      line.isAway = true;
      const failures: unknown[] = [];
      const lost = run({ objects: line.store, failed: (error) => failures.push(error) });
      lost.start(60_000);
      lost.grew("x", head(2));
      await lost.close();

      let since: string | undefined;
      const next: Anchors = run({
        missed: async (lastAt) => {
          since = lastAt;
          next.grew("x", head(2));
        },
      });
      await next.close();

      expect(failures).toHaveLength(2);
      expect(Date.parse(`${since}`)).not.toBeNaN();
      const { faults, heads } = await run().check();
      expect([faults, heads.get("x")]).toEqual([[], head(2)]);
    });

    test("a line whose storing was not answered stays the line of its number", async () => {
      const line = faltering(objects);
      const anchors = run({ objects: line.store });
      await wrote(anchors, 1);
      line.isMute = true;
      await expect(wrote(anchors, 2)).rejects.toThrow();
      const [, stored = ""] = await keys();
      const before = await read(objects, stored);
      // Meanwhile another starts, names it, and packs it.
      const other = run();
      await wrote(other, 9);
      await other.check();

      line.isMute = false;
      await wrote(anchors, 3);

      expect((await read(objects, stored)).equals(before)).toBe(true);
      const { faults, lines } = await run().check();
      expect([faults, lines]).toEqual([[], 4]);
    });

    test("what a run left in single lines the next one packs, as it was", async () => {
      const first = run();
      await wrote(first, 1, 2, 3);
      const singles = await Promise.all((await keys()).map((one) => read(objects, one)));

      await run().close();
      const kept = await keys();
      const next = run();
      await next.write();
      await next.check();

      const [packed = "", ...others] = await keys();
      expect([kept.length, others]).toEqual([3, []]);
      expect(packed).toMatch(/000000001-000000003$/);
      expect(await read(objects, packed)).toEqual(Buffer.concat(singles));
      // Whose lines they are goes on beside it.
      await wrote(first, 4);
      const { faults, lines } = await run().check();
      expect([faults, lines]).toEqual([[], 4]);
    });

    test("packing does not hide what is missing", async () => {
      await wrote(run(), 1, 2, 3, 4, 5);
      const [, , third = ""] = await keys();
      await objects.remove(third);

      const next = run();
      await next.write();
      await next.check();

      expect((await keys()).map((one) => one.slice(-19))).toEqual([
        "000000001-000000002",
        "000000004-000000005",
      ]);
      const { faults } = await run().check();
      expect(faults).toMatchObject([{ number: 3, fault: "anchor missing" }]);
    });

    test("packed twice, and broken off, it holds", async () => {
      await wrote(run(), 1, 2, 3, 4);
      const singles = await Promise.all(
        (await keys()).map(async (one) => [one, await read(objects, one)] as const),
      );
      const next = run();
      await next.write();
      await next.check();

      for (const [one, bytes] of singles.slice(2)) await objects.put(one, text(String(bytes)));

      const { faults, lines } = await run().check();
      expect([faults, lines]).toEqual([[], 4]);
    });

    test("the file of an older house is carried over once, and counts", async () => {
      const file = join(folder, "anchors.ndjson");
      await writeFile(file, `${old.join("\n")}\n`);
      const anchors = run();

      await wrote(anchors, 8);

      await expect(stat(file)).rejects.toThrow("ENOENT");
      const found = await run().check();
      expect([found.faults, found.lines, found.heads.get("x")]).toEqual([[], 3, head(8)]);
      // As after a crash between the two.
      await writeFile(file, `${old.join("\n")}\n`);
      expect((await run().check()).lines).toBe(3);
      const [kept = ""] = (await keys()).filter((one) => one.includes("/file-"));
      await objects.remove(kept);
      expect((await run().check()).faults).toMatchObject([{ fault: "anchor missing" }]);
    });

    test("a file of an older house that was changed is carried over, and noticed", async () => {
      const file = join(folder, "anchors.ndjson");
      await writeFile(file, `${old.join("\n")}\n`.replace('"number":7', '"number":6'));
      await appendFile(file, "not an anchor\n");

      const { faults, heads } = await run().check();

      expect(faults.map(({ fault }) => fault)).toEqual(["anchor changed", "anchor changed"]);
      expect(heads.get("x")).toEqual(head(1));
    });

    test("anchors sealed by another secret are said to be so, and hinder nobody", async () => {
      await wrote(run({ key: "the secret of another house" }), 1, 2);

      const anchors = run();
      await wrote(anchors, 3);

      const { faults, heads } = await anchors.check();
      expect(faults).toMatchObject([{ number: 1, fault: "anchor of another secret" }]);
      expect(heads.get("x")).toEqual(head(3));
    });

    test("a backup takes what there was, and is begun again where that was packed", async () => {
      const [anchors, other] = [run(), run()];
      await other.check();
      await wrote(anchors, 1, 2);
      const held = await keys();
      const belongs = await anchorsNow(objects);

      await wrote(anchors, 3);
      await wrote(other, 4);

      expect((await keys()).filter(belongs)).toEqual(held);
      expect(belongs("films/1/poster.jpg")).toBe(true);
      const last = run();
      await last.write();
      await last.check();
      expect((await keys()).some((one) => one.endsWith("000000001-000000003"))).toBe(true);
      const packed = await keys();
      expect(() => packed.filter(belongs)).toThrow("begin it again");
    });
  });
}
