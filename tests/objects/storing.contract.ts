/** What is stored, and what must leave nothing. */
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { look, read, type TheStore, text } from "./kit.ts";

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const pieces = (bytes: Buffer, size: number): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );

export const storingContract = (store: TheStore): void => {
  describe("storing", () => {
    test("gives back the bytes that were put, with size, hash, type and time", async () => {
      const bytes = randomBytes(300_000);
      const key = "uploads/0190/films.csv";

      const info = await store().put(key, pieces(bytes, 70_001), { contentType: "text/csv" });

      expect(info).toMatchObject({ key, size: 300_000, sha256: sha256(bytes) });
      expect(info.contentType).toBe("text/csv");
      expect(Date.now() - Date.parse(info.time)).toBeLessThan(60_000);
      expect((await read(store(), key)).equals(bytes)).toBe(true);
      expect(await store().head(key)).toEqual(info);
      expect((await look(store(), key)).info).toEqual(info);
    });

    test("keeps an object of no bytes", async () => {
      const info = await store().put("empty", Readable.from([]));

      expect(info.size).toBe(0);
      expect(await read(store(), "empty")).toHaveLength(0);
    });

    test("replaces an object whole; who is reading the old one reads it to its end", async () => {
      await store().put("film", text("old".repeat(100_000)));
      const old = await store().get("film");

      await store().put("film", text("new"));

      expect(await buffer(old.stream)).toHaveLength(300_000);
      expect(String(await read(store(), "film"))).toBe("new");
      expect(await store().list("")).toHaveLength(1);
    });

    test("of many who put one key at once one wins, whole", async () => {
      const bodies = ["a", "b", "c", "d", "e"].map((it) => it.repeat(50_000));

      await Promise.all(bodies.map((it) => store().put("race", text(it))));

      const { info } = await look(store(), "race");
      const won = await read(store(), "race");
      expect(bodies).toContain(String(won));
      expect(info.sha256).toBe(sha256(won));
    });

    test("lets a key be the beginning of another", async () => {
      await store().put("a", text("1"));
      await store().put("a/b", text("2"));
      await store().put("a/b/c", text("3"));

      expect(String(await read(store(), "a/b"))).toBe("2");
      expect(await store().list("a/")).toHaveLength(2);
    });
  });

  describe("what must leave nothing", () => {
    test("a body that is too large, refused before it is read to its end", async () => {
      let given = 0;
      async function* endless() {
        for (; ; given++) yield Buffer.alloc(1000);
      }

      await expect(store().put("big", endless(), { maxBytes: 9_999 })).rejects.toMatchObject({
        code: "OBJECT_TOO_LARGE",
        maxBytes: 9_999,
      });
      expect(given).toBeLessThan(1000);
      await expect(store().head("big")).rejects.toMatchObject({ code: "OBJECT_NOT_FOUND" });
      expect(await store().list("")).toEqual([]);
    });

    test("a body that fails midway; its own error is passed on, the old object stays", async () => {
      await store().put("film", text("whole"));
      async function* broken() {
        yield Buffer.from("ha");
        throw new Error("the line went dead");
      }

      await expect(store().put("film", broken())).rejects.toThrow("the line went dead");
      expect(String(await read(store(), "film"))).toBe("whole");
    });

    test("an upload whose sender goes away", async () => {
      const body = new Readable({ read() {} });
      body.push("half");
      const putting = store().put("gone", body);
      setTimeout(() => body.destroy(), 20);

      await expect(putting).rejects.toMatchObject({ code: "ERR_STREAM_PREMATURE_CLOSE" });
      expect(await store().list("")).toEqual([]);
    });

    test("a body of exactly the bytes allowed is taken", async () => {
      expect((await store().put("fits", text("12345"), { maxBytes: 5 })).size).toBe(5);
    });

    test("a stream that was refused stays open for its owner", async () => {
      const body = text("123456");

      await expect(store().put("big", body, { maxBytes: 5 })).rejects.toThrow("5 bytes allowed");
      expect(body.destroyed).toBe(false);
      body.destroy();
    });
  });
};
