import type { Readable } from "node:stream";

/**
 * The lines of a text, without their ends. A line ends with LF alone: JSON escapes that and leaves
 * U+2028 and U+2029 as they are, at which `readline` would break it.
 */
export async function* linesOf(text: Readable): AsyncGenerator<string> {
  let rest = "";
  for await (const piece of text.setEncoding("utf8")) {
    const lines = `${rest}${piece}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
