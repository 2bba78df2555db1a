import { gzipSync } from "node:zlib";
import { unpacked } from "./bytes.ts";

async function* pieces(bytes: Buffer, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(bytes: Buffer, size = 1000): Promise<string> {
  const found: Buffer[] = [];
  for await (const piece of unpacked(pieces(bytes, size))) found.push(piece);
  return Buffer.concat(found).toString();
}

const text = "line\n".repeat(5000);

test.each([1, 7, 4096])(
  "unpacks gzip, which it tells by the bytes (%i at a time)",
  async (size) => {
    expect(await read(gzipSync(text), size)).toBe(text);
    expect(await read(Buffer.from("plain"), size)).toBe("plain");
  },
);

test("reads several gzip members as one file", async () => {
  expect(await read(Buffer.concat([gzipSync("a"), gzipSync("b")]))).toBe("ab");
});

test.each([
  ["nothing", Buffer.alloc(0), /it is empty/],
  ["half a gzip", gzipSync(text).subarray(0, 40), /cut short: the gzip data ends early/],
  ["a ZIP", Buffer.from("PK\u0003\u0004"), /is a ZIP archive\. Unpack it/],
  ["bzip2", Buffer.from("BZh91AY"), /packed by bzip2/],
])("refuses %s with what to do", async (_, bytes, sentence) => {
  await expect(read(bytes)).rejects.toThrow(sentence);
});
