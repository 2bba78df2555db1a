import type { Frame, Framer } from "./frame.ts";
import { LineFramer } from "./lines.ts";

/** All frames of a text that arrives in pieces of so many bytes. */
function frames(framer: Framer, text: string | Buffer, size: number): Frame[] {
  const bytes = Buffer.from(text);
  const found: Frame[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    found.push(...framer.push(Buffer.from(bytes.subarray(at, at + size))));
  }
  return [...found, ...framer.end()];
}

test.each([1, 2, 3, 7, 1000])("cuts lines however the bytes arrive (%i at a time)", (size) => {
  const text = "\ufeffone\r\n\n zwei ä\nthree\r\n\r\nlast";

  expect(frames(new LineFramer(), text, size)).toEqual([
    { line: 1, text: "one" },
    { line: 3, text: " zwei ä" },
    { line: 4, text: "three" },
    { line: 6, text: "last" },
  ]);
});

test.each([1, 5, 1000])("of a line that is too long only the beginning is kept (%i)", (size) => {
  const text = `ok\n${"x".repeat(50)}\nok\n`;

  expect(frames(new LineFramer(20), text, size)).toEqual([
    { line: 1, text: "ok" },
    { line: 2, text: expect.stringMatching(/^x+$/), fault: "longer than 20 bytes" },
    { line: 3, text: "ok" },
  ]);
});

test("tells bytes that are no UTF-8 from a replacement character that was written", () => {
  const bytes = Buffer.concat([Buffer.from("a\ufffd\n"), Buffer.from([0x61, 0xff, 0x0a])]);

  expect(frames(new LineFramer(), bytes, 1000)).toEqual([
    { line: 1, text: "a\ufffd" },
    { line: 2, text: "a\ufffd", fault: "not valid UTF-8" },
  ]);
});
