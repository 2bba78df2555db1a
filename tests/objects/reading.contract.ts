/** What is found again: parts, lists, keys. */
import type { ByteRange } from "../../mixins/objects/port.ts";
import { look, read, type TheStore, text } from "./kit.ts";

export const readingContract = (store: TheStore): void => {
  describe("reading", () => {
    test.each<[string, ByteRange, string]>([
      ["from and to", { start: 2, end: 4 }, "234"],
      ["from", { start: 7 }, "789"],
      ["up to", { end: 1 }, "01"],
      ["one byte", { start: 9, end: 9 }, "9"],
      ["beyond the end", { start: 8, end: 999 }, "89"],
    ])("gives a part, both ends included: %s", async (_, range, part) => {
      await store().put("digits", text("0123456789"));

      const { start, end } = await look(store(), "digits", range);

      expect(String(await read(store(), "digits", range))).toBe(part);
      expect(end - start + 1).toBe(part.length);
    });

    test("refuses a part that is not there and tells the size", async () => {
      await store().put("digits", text("0123456789"));

      const asked = store().get("digits", { start: 10 });

      await expect(asked).rejects.toMatchObject({ code: "INVALID_RANGE", size: 10 });
    });

    test("says that an object is not there", async () => {
      const missing = { code: "OBJECT_NOT_FOUND", message: "There is no object 'no/such'." };

      await expect(store().get("no/such")).rejects.toMatchObject(missing);
      await expect(store().head("no/such")).rejects.toMatchObject(missing);
      expect(await store().remove("no/such")).toBe(false);
    });

    test("a removed object is gone", async () => {
      await store().put("a/b", text("x"));

      expect(await store().remove("a/b")).toBe(true);
      await expect(store().get("a/b")).rejects.toMatchObject({ code: "OBJECT_NOT_FOUND" });
      expect(await store().list("")).toEqual([]);
    });
  });

  describe("listing", () => {
    test("goes in the order of bytes, page by page, below a prefix", async () => {
      const keys = ["a", "a-b", "a.b", "a/b", "a/b/c", "a/c", "a0", "aa/x", "b"];
      for (const key of keys.toReversed()) await store().put(key, text(key));
      const pages: string[][] = [];

      let after = "";
      while (pages.at(-1)?.length !== 0) {
        const page = (await store().list("", { after, limit: 4 })).map((it) => it.key);
        pages.push(page);
        after = page.at(-1) ?? after;
      }

      expect(pages.flat()).toEqual(keys);
      expect((await store().list("a/")).map((it) => it.key)).toEqual(["a/b", "a/b/c", "a/c"]);
      expect((await store().list("a/b")).map((it) => it.key)).toEqual(["a/b", "a/b/c"]);
      expect((await store().list("aa")).map((it) => it.key)).toEqual(["aa/x"]);
      expect(await store().list("none/of/these")).toEqual([]);
    });
  });

  describe("keys", () => {
    test.each(["", "/etc/passwd", "../up", "a/../../b", "a//b", "a\0", "é", "x".repeat(1000)])(
      "refuses %j everywhere before anything is done",
      async (key) => {
        const refused = { code: "INVALID_KEY" };

        await expect(store().put(key, text("x"))).rejects.toMatchObject(refused);
        await expect(store().get(key)).rejects.toMatchObject(refused);
        await expect(store().head(key)).rejects.toMatchObject(refused);
        await expect(store().remove(key)).rejects.toMatchObject(refused);
        await expect(store().list("../")).rejects.toMatchObject(refused);
      },
    );

    test("takes the longest segment allowed", async () => {
      const key = `${"x".repeat(200)}/${"y".repeat(200)}`;

      await store().put(key, text("long"));

      expect(String(await read(store(), key))).toBe("long");
    });
  });
};
