import type { Frame, Framer } from "./frame.ts";
import { LineFramer } from "./lines.ts";
import { maxRowBytes, shownChars } from "./unreadable.ts";

/**
 * Rows of RFC 4180: a field in double quotes may hold line ends. Only finds where rows end; the
 * parser library takes them apart.
 */
export class QuotedFramer implements Framer {
  readonly #lines: LineFramer;
  readonly #delimiter: string;
  readonly #maxChars: number;
  #open: Frame | undefined;

  constructor(delimiter = ",", maxBytes: number = maxRowBytes) {
    this.#lines = new LineFramer(maxBytes);
    this.#delimiter = delimiter;
    this.#maxChars = maxBytes;
  }

  push(chunk: Buffer): Frame[] {
    return this.#joined(this.#lines.push(chunk));
  }

  end(): Frame[] {
    const frames = this.#joined(this.#lines.end());
    if (this.#open) frames.push(unclosed(this.#open));
    this.#open = undefined;
    return frames;
  }

  #joined(lines: Frame[]): Frame[] {
    const frames: Frame[] = [];
    for (const line of lines) {
      const row = this.#open ? joinedTo(this.#open, line) : line;
      const wasOpen = this.#open !== undefined;
      this.#open = undefined;
      if (row.fault || (!wasOpen && !row.text.includes('"'))) frames.push(row);
      // Looked through only where its new part may close it, so that a long field costs little.
      else if (wasOpen && !line.text.includes('"')) this.#leaveOpen(row, frames);
      else if (endsInQuotes(row.text, this.#delimiter)) this.#leaveOpen(row, frames);
      else frames.push(row);
    }
    return frames;
  }

  #leaveOpen(row: Frame, frames: Frame[]): void {
    if (row.text.length > this.#maxChars) frames.push(unclosed(row));
    else this.#open = row;
  }
}

const joinedTo = (open: Frame, next: Frame): Frame => ({
  line: open.line,
  text: `${open.text}\n${next.text}`,
  ...(next.fault ? { fault: next.fault } : {}),
});

const unclosed = ({ line, text }: Frame): Frame => ({
  line,
  text: text.slice(0, shownChars),
  fault: "a quote is opened and not closed",
});

/** Whether the last field of a row was opened by a quote that is not closed. */
export function endsInQuotes(text: string, delimiter: string): boolean {
  let at = 0;
  while (at < text.length) {
    if (text[at] === '"') {
      at = text.indexOf('"', at + 1);
      while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
      if (at === -1) return true;
    }
    const next = text.indexOf(delimiter, at);
    if (next === -1) return false;
    at = next + 1;
  }
  return false;
}
