/** Plain tables: cut to the terminal where there is one, whole in a pipe. */
import { type Paint, printable } from "../output.ts";

export interface Column<T> {
  title: string;
  of: (row: T) => string;
  /** Numbers stand to the right. */
  right?: boolean;
  /** Of use only when it is whole, such as an id: never cut. */
  whole?: boolean;
  /** Left out where the terminal is too narrow for all. */
  spare?: boolean;
}

const wide =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff01-\uff60]/u;
const widthOf = (char: string): number => (/\p{M}/u.test(char) ? 0 : wide.test(char) ? 2 : 1);

/** Columns of a terminal that the text takes. */
export const width = (text: string): number => [...text].reduce((sum, c) => sum + widthOf(c), 0);

export function cut(text: string, most: number): string {
  if (width(text) <= most) return text;
  let kept = "";
  let used = 1;
  for (const char of text) {
    used += widthOf(char);
    if (used > most) break;
    kept += char;
  }
  return `${kept}…`;
}

const pad = (text: string, to: number, right?: boolean) => {
  const space = " ".repeat(Math.max(0, to - width(text)));
  return right ? space + text : text + space;
};

const least = 8;
const gap = 2;

/** Takes width from the widest columns that may be cut until the row fits. */
function narrowed<T>(columns: Column<T>[], widths: number[], most: number): number[] {
  const fitted = [...widths];
  while (fitted.reduce((a, b) => a + b, gap * (columns.length - 1)) > most) {
    const free = fitted.map((w, i) => (columns[i]?.whole ? 0 : w));
    const widest = Math.max(...free);
    if (widest <= least) break;
    fitted[free.lastIndexOf(widest)] = widest - 1;
  }
  return fitted;
}

/** The columns that find room at their narrowest. */
function thatFit<T>(columns: Column<T>[], widths: number[], most: number): Column<T>[] {
  const narrow = widths.map((w, i) => (columns[i]?.whole ? w : Math.min(w, least)));
  let need = narrow.reduce((a, b) => a + b, gap * (columns.length - 1));
  const kept = new Set(columns);
  for (const [i, column] of [...columns.entries()].reverse()) {
    if (need <= most) break;
    if (!column.spare) continue;
    kept.delete(column);
    need -= (narrow[i] ?? 0) + gap;
  }
  return [...kept];
}

/** @param most columns of the terminal; nothing is cut without it */
export function table<T>(rows: T[], all: Column<T>[], paint: Paint, most?: number): string {
  const cell = (row: T, column: Column<T>) => printable(column.of(row)).replaceAll("\n", " ");
  const natural = (column: Column<T>) =>
    Math.max(width(column.title), ...rows.map((row) => width(cell(row, column))));
  const columns = most ? thatFit(all, all.map(natural), most) : all;
  const wanted = columns.map(natural);
  const widths = most ? narrowed(columns, wanted, most) : wanted;
  const line = (cells: string[]) =>
    cells
      .map((text, i) => pad(cut(text, widths[i] ?? 0), widths[i] ?? 0, columns[i]?.right))
      .join(" ".repeat(gap))
      .trimEnd();
  const lines = rows.map((row) => line(columns.map((column) => cell(row, column))));
  return [paint("bold", line(columns.map((c) => c.title))), ...lines].join("\n");
}
