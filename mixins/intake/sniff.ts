import type { Format } from "./parse.ts";
import { Unreadable } from "./unreadable.ts";

/** JSON in lines or in one array, told by the first character; nothing for what is no JSON. */
export function jsonIn(beginning: string): Format | undefined {
  const first = beginning.replace(/^\ufeff/, "").trimStart()[0];
  if (first === "[") return { kind: "json" };
  return first === "{" ? { kind: "ndjson" } : undefined;
}

/** As `jsonIn`. @throws Unreadable for anything else */
export function onlyJson(beginning: string): Format {
  const format = jsonIn(beginning);
  if (format) return format;
  const shown = beginning.slice(0, 60).split("\n")[0];
  throw new Unreadable(
    `it begins with "${shown}", which is not JSON: one object a line is expected.`,
  );
}

/** What is known of a table before it is opened. */
export interface TableHints {
  format?: Format["kind"] | undefined;
  delimiter?: string | undefined;
  /** The header of a CSV file must have them. */
  columns: readonly string[];
}

/** How to read a table: as JSON or CSV, whichever it is where that was not said. */
export function asTable({ format: kind, delimiter, columns }: TableHints) {
  const format = (beginning: string): Format => {
    const json = kind ? undefined : jsonIn(beginning);
    if (json) return json;
    if (kind && kind !== "csv") return { kind };
    return { kind: "csv", delimiter: delimiter ?? delimiterIn(beginning), quotes: true };
  };
  return { format, header: mustHave(columns) };
}

/** The most frequent of the usual delimiters in the first line. */
export function delimiterIn(beginning: string): string {
  const [line = ""] = beginning.split("\n", 1);
  const times = (delimiter: string) => line.split(delimiter).length;
  const [likely = ","] = [",", ";", "\t"].sort((a, b) => times(b) - times(a));
  return likely;
}

/** Checks that a header has the columns. @throws Unreadable naming the first that it lacks */
export const mustHave =
  (columns: readonly string[]) =>
  (names: readonly string[]): void => {
    const missing = columns.find((column) => !names.includes(column));
    if (missing === undefined) return;
    throw new Unreadable(
      `its header has no column "${missing}". It has: ${names.join(", ").slice(0, 500)}.`,
    );
  };
