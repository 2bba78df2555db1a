/** From bytes to rows: unpacked, cut, parsed; a chunk at a time, so that memory stays flat. */
import { unpacked } from "./bytes.ts";
import type { Frame } from "./frame.ts";
import { type Format, framerOf, headerOf, parseObject, parseTable, type Row } from "./parse.ts";
import { shownChars, Unreadable } from "./unreadable.ts";

export interface ReadOptions {
  /** How the file is written, or how to find that out from its beginning. */
  format: Format | ((beginning: string) => Format);
  /** So many rows are passed over without being parsed; counted down as they are. */
  skip?: { rows: number };
  /** Told the header of a table before its first row; throws when it does not fit. */
  header?: (names: readonly string[]) => void;
}

/**
 * The rows of a file in groups, in their order; a header is not one of them.
 *
 * @throws Unreadable when reading cannot go on; faults of single rows are in the rows
 */
export async function* readRows(
  source: AsyncIterable<Buffer>,
  { format: given, skip = { rows: 0 }, header: found }: ReadOptions,
): AsyncGenerator<Row[]> {
  let parser: Parser | undefined;
  for await (const frames of framesOf(unpacked(source), (beginning) => {
    const format = typeof given === "function" ? given(beginning) : given;
    parser = parserOf(format, found);
    return format;
  })) {
    const rows = parser?.heading(frames) ?? frames;
    const passed = Math.min(skip.rows, rows.length);
    skip.rows -= passed;
    if (parser && rows.length > passed) yield parser.parse(rows.slice(passed));
  }
}

async function* framesOf(
  bytes: AsyncIterable<Buffer>,
  formatOf: (beginning: string) => Format,
): AsyncGenerator<Frame[]> {
  let framer: ReturnType<typeof framerOf> | undefined;
  for await (const chunk of bytes) {
    framer ??= framerOf(formatOf(chunk.toString("utf8", 0, 4096)));
    const frames = framer.push(chunk);
    if (frames.length > 0) yield frames;
  }
  const last = framer?.end() ?? [];
  if (last.length > 0) yield last;
}

interface Parser {
  /** Takes the header away from the first frames. */
  heading(frames: Frame[]): Frame[];
  parse(frames: Frame[]): Row[];
}

function parserOf(format: Format, found: ReadOptions["header"]): Parser {
  if (format.kind !== "csv") {
    return { heading: (frames) => frames, parse: (frames) => frames.map(parseObject) };
  }
  let header: string[] | undefined;
  return {
    heading(frames) {
      if (header || !frames[0]) return frames;
      header = namesIn(frames[0], format);
      found?.(header);
      return frames.slice(1);
    },
    parse: (frames) => parseTable(frames, header ?? [], format),
  };
}

function namesIn({ text, fault }: Frame, format: Extract<Format, { kind: "csv" }>): string[] {
  try {
    if (!fault) return headerOf(text, format);
  } catch {
    // Said below, together with other faults.
  }
  throw new Unreadable(`its header cannot be read: "${text.slice(0, shownChars)}" is no CSV.`);
}
