import { isUtf8 } from "node:buffer";
import type { Frame, Framer } from "./frame.ts";
import { maxRowBytes, shownChars } from "./unreadable.ts";

const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Lines ended by LF or CRLF; the last may lack its end. Empty lines count but are not given. */
export class LineFramer implements Framer {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #length = 0;
  #line = 0;

  constructor(maxBytes: number = maxRowBytes) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let from = 0;
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, at));
      this.#close(frames);
      from = at + 1;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
    return frames;
  }

  end(): Frame[] {
    const frames: Frame[] = [];
    if (this.#length > 0) this.#close(frames);
    return frames;
  }

  #keep(piece: Buffer): void {
    // Of a row that is too long only its beginning is kept, to be shown.
    if (this.#length <= this.#maxBytes) this.#pieces.push(piece);
    this.#length += piece.length;
  }

  #close(frames: Frame[]): void {
    this.#line++;
    const length = this.#length;
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#length = 0;
    const whole = pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
    const bytes = this.#line === 1 ? withoutMark(whole) : whole;
    if (length > this.#maxBytes) frames.push(tooLong(this.#line, bytes, this.#maxBytes));
    else if (bytes.length > 0) {
      const end = bytes[bytes.length - 1] === carriageReturn ? bytes.length - 1 : bytes.length;
      if (end > 0) frames.push(frameOf(this.#line, bytes.subarray(0, end)));
    }
  }
}

const withoutMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;

/** The fault of a row that is longer than it may be. */
export const tooLong = (line: number, head: Buffer, maxBytes: number): Frame => ({
  line,
  text: head.toString("utf8", 0, shownChars),
  fault: `longer than ${maxBytes} bytes`,
});

/** Bytes of one row as text; what is not UTF-8 is a fault. */
export function frameOf(line: number, bytes: Buffer): Frame {
  const text = bytes.toString("utf8");
  // A replacement character is the only trace that decoding leaves of a fault.
  if (!text.includes("\ufffd") || isUtf8(bytes)) return { line, text };
  return { line, text: text.slice(0, shownChars), fault: "not valid UTF-8" };
}
