import { parse } from "csv-parse/sync";
import type { Frame, Framer } from "./frame.ts";
import { ArrayFramer } from "./json-array.ts";
import { LineFramer } from "./lines.ts";
import { QuotedFramer } from "./quoted.ts";

/** How a file is written. */
export type Format =
  | { kind: "ndjson" }
  | { kind: "json" }
  /** With a header line. `quotes`: RFC 4180; without, a quote is a letter. */
  | { kind: "csv"; delimiter: string; quotes: boolean };

export type Fields = Record<string, unknown>;

/** A row as it was written: either its fields or what is wrong with it. */
export interface Row {
  line: number;
  /** The row as text, for the reject file; shortened where it is faulty. */
  text: string;
  fields?: Fields;
  fault?: string;
}

/** Cuts the bytes of a format into rows. */
export function framerOf(format: Format): Framer {
  if (format.kind === "json") return new ArrayFramer();
  return format.kind === "csv" && format.quotes
    ? new QuotedFramer(format.delimiter)
    : new LineFramer();
}

/** One JSON object a frame. */
export function parseObject({ line, text, fault }: Frame): Row {
  if (fault) return { line, text, fault };
  try {
    const fields: unknown = JSON.parse(text);
    if (typeof fields === "object" && fields !== null && !Array.isArray(fields)) {
      return { line, text, fields: fields as Fields };
    }
    return { line, text, fault: "not a JSON object" };
  } catch (error) {
    return { line, text, fault: `not JSON: ${(error as Error).message}` };
  }
}

type Csv = Extract<Format, { kind: "csv" }>;

const cells = (text: string, { delimiter, quotes }: Csv): string[][] =>
  parse(text, { delimiter, quote: quotes ? '"' : null, relax_column_count: true });

/** The names in a header line. @throws when it is no line of this format */
export const headerOf = (text: string, format: Csv): string[] =>
  (cells(text, format)[0] ?? []).map((name) => name.trim());

/**
 * Rows of a table, by the names of its header. They are parsed together, which is many times as
 * fast; only where that fails, one by one, to find the faulty row.
 */
export function parseTable(
  frames: readonly Frame[],
  header: readonly string[],
  format: Csv,
): Row[] {
  const sound = frames.filter((frame) => !frame.fault);
  const parsed = tryCells(sound.map((frame) => frame.text).join("\n"), format);
  let next = 0;
  return frames.map((frame) => {
    if (frame.fault) return { ...frame };
    const values = parsed?.length === sound.length ? parsed[next++] : undefined;
    return values ? rowOf(frame, values, header) : parseAlone(frame, header, format);
  });
}

function parseAlone(frame: Frame, header: readonly string[], format: Csv): Row {
  try {
    return rowOf(frame, cells(frame.text, format)[0] ?? [], header);
  } catch (error) {
    const why = (error as Error).message.split(" at line ")[0];
    return { line: frame.line, text: frame.text, fault: `not CSV: ${why}` };
  }
}

function tryCells(text: string, format: Csv): string[][] | undefined {
  try {
    return cells(text, format);
  } catch {
    return undefined;
  }
}

function rowOf({ line, text }: Frame, values: string[], header: readonly string[]): Row {
  if (values.length !== header.length) {
    return { line, text, fault: `${values.length} columns, the header has ${header.length}` };
  }
  const fields: Fields = {};
  for (const [index, name] of header.entries()) fields[name] = values[index];
  return { line, text, fields };
}
