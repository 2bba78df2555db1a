import type { Frame, Framer } from "./frame.ts";
import { frameOf, tooLong } from "./lines.ts";
import { maxRowBytes, Unreadable } from "./unreadable.ts";

const code = (character: string): number => character.charCodeAt(0);
const quote = code('"');
const backslash = code("\\");
const comma = code(",");
const opens = new Set([code("["), code("{")]);
const closes = new Set([code("]"), code("}")]);
const spaces = new Set([code(" "), code("\t"), code("\n"), code("\r"), 0xef, 0xbb, 0xbf]);

/** The elements of one JSON array as rows, without ever holding more than one of them. */
export class ArrayFramer implements Framer {
  readonly #maxBytes: number;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #ended = false;
  #line = 1;
  #startLine = 1;
  #pieces: Buffer[] = [];
  #length = 0;

  constructor(maxBytes: number = maxRowBytes) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let from = this.#length > 0 ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === 0x0a) this.#line++;
      const between = this.#depth <= 1 && !this.#inString;
      if (between && (byte === comma || closes.has(byte))) {
        if (from >= 0) this.#keep(chunk.subarray(from, at));
        from = -1;
        this.#close(frames);
      } else if (from < 0 && this.#depth > 0 && !spaces.has(byte)) {
        from = at;
        this.#startLine = this.#line;
      }
      this.#step(byte);
    }
    if (from >= 0) this.#keep(chunk.subarray(from));
    return frames;
  }

  end(): Frame[] {
    if (this.#ended) return [];
    throw new Unreadable(
      `it is cut short: the JSON array does not end (line ${this.#line}). Send the whole file again.`,
    );
  }

  #step(byte: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === backslash) this.#escaped = true;
      else if (byte === quote) this.#inString = false;
      return;
    }
    if (this.#depth === 0 && !spaces.has(byte)) this.#atTop(byte);
    if (byte === quote) this.#inString = true;
    else if (opens.has(byte)) this.#depth++;
    else if (closes.has(byte) && --this.#depth === 0) this.#ended = true;
  }

  #atTop(byte: number): void {
    if (byte === code("[") && !this.#ended) return;
    const what = this.#ended ? "something follows the JSON array" : "it does not begin with [";
    throw new Unreadable(`${what} (line ${this.#line}): it is not one JSON array.`);
  }

  #keep(piece: Buffer): void {
    if (this.#length <= this.#maxBytes) this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #close(frames: Frame[]): void {
    const [length, pieces] = [this.#length, this.#pieces];
    this.#length = 0;
    this.#pieces = [];
    if (length === 0) return;
    const bytes = Buffer.concat(pieces);
    const long = length > this.#maxBytes;
    frames.push(
      long ? tooLong(this.#startLine, bytes, this.#maxBytes) : frameOf(this.#startLine, bytes),
    );
  }
}
