/** What the archive of a house is to every tar. */
import { execFileSync, spawnSync } from "node:child_process";
import { endBytes, headerOf, nameIn, paddingOf, spanOf } from "../../mixins/moving/tar.ts";

test("any tar can list and read what is written", () => {
  const bytes = Buffer.from("hello");
  const file = Buffer.concat([
    headerOf("documents/films.ndjson", bytes.length, 1_700_000_000),
    bytes,
    Buffer.alloc(paddingOf(bytes.length) + endBytes),
  ]);

  expect(String(execFileSync("tar", ["-t"], { input: file }))).toBe("documents/films.ndjson\n");
  expect(String(execFileSync("tar", ["-xO"], { input: file }))).toBe("hello");
  expect(file.length - endBytes).toBe(spanOf(bytes.length));
});

test("a member of a terabyte has its size", () => {
  const file = headerOf("objects/1", 2 ** 40, 1_700_000_000);

  // It is told that the bytes are missing, too.
  const { stdout } = spawnSync("tar", ["-tv"], { input: file });

  expect(String(stdout)).toContain(`${2 ** 40}`);
});

test("knows the name of a member, and what is none", () => {
  expect(nameIn(headerOf("bijou.json", 1, 0))).toBe("bijou.json");
  expect(nameIn(Buffer.alloc(512))).toBeUndefined();
  expect(nameIn(Buffer.from("short"))).toBeUndefined();
});
