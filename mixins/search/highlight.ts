/** Where in the original texts the words of a query were found. Pure. */
import { fold } from "../../services/shared/text.ts";
import type { Highlight, IndexDefinition } from "./port.ts";
import type { Reading } from "./reading.ts";

/** Prose is shown as an excerpt around the first word found: so many UTF-16 units. */
const excerptLength = 240;
const before = 60;
const token = /[\p{L}\p{N}\p{M}]+/gu;

/** A test for folded words: are they among what the query was taken to mean? */
export function matcher(readings: readonly Reading[]): (word: string) => boolean {
  const forms = readings.flatMap(({ words }) => words.flat());
  const whole = new Set(forms.filter(({ prefix }) => !prefix).map(({ text }) => text));
  const starts = [...new Set(forms.filter(({ prefix }) => prefix).map(({ text }) => text))];
  return (word) => whole.has(word) || starts.some((start) => word.startsWith(start));
}

/** The texts of a document that hold such words, field by field. */
export function highlight(
  definition: IndexDefinition,
  fields: Readonly<Record<string, readonly string[]>>,
  matches: (word: string) => boolean,
): Highlight[] {
  return definition.fields.flatMap(({ name, role }) =>
    (fields[name] ?? []).flatMap((whole) => {
      const found = rangesIn(whole, matches);
      if (found.length === 0) return [];
      const { text, ranges } =
        role === "text" ? excerpt(whole, found) : { text: whole, ranges: found };
      return [{ field: name, text, ranges }];
    }),
  );
}

type Range = readonly [number, number];

function rangesIn(text: string, matches: (word: string) => boolean): Range[] {
  const ranges: Range[] = [];
  for (const { 0: word, index } of text.matchAll(token)) {
    // One token may fold to several words ("½" to "1 2").
    if (fold(word).split(" ").some(matches)) ranges.push([index, index + word.length]);
  }
  return ranges;
}

/** A part of the text, cut between words, that begins a little before the first range. */
function excerpt(text: string, ranges: readonly Range[]): { text: string; ranges: Range[] } {
  if (text.length <= excerptLength) return { text, ranges: [...ranges] };
  const wanted = Math.min((ranges[0]?.[0] ?? 0) - before, text.length - excerptLength);
  const start = wanted <= 0 ? 0 : text.indexOf(" ", wanted) + 1;
  const space = text.lastIndexOf(" ", start + excerptLength);
  const end = start + excerptLength >= text.length || space <= start ? text.length : space;
  return {
    text: text.slice(start, Math.min(end, start + excerptLength)),
    ranges: ranges
      .filter(([from, to]) => from >= start && to <= Math.min(end, start + excerptLength))
      .map(([from, to]): Range => [from - start, to - start]),
  };
}
