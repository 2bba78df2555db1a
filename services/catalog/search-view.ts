/** How what was found is shown. Pure. */
import type { z } from "zod";
import { bestTag } from "./film-view.ts";
import type { Hit } from "./search.contract.ts";

/** A text with the ranges [start, end) in which words were found. */
export interface Highlighted {
  field: string;
  text: string;
  ranges: readonly (readonly [number, number])[];
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => entities[c] ?? c);

/** HTML in which `<mark>` is the only element: everything of the text itself is escaped. */
export function marked({ text, ranges }: Highlighted): string {
  let html = "";
  let at = 0;
  for (const [start, end] of ranges) {
    html += `${escaped(text.slice(at, start))}<mark>${escaped(text.slice(start, end))}</mark>`;
    at = end;
  }
  return html + escaped(text.slice(at));
}

/** What the index gives back with a film. */
export interface StoredFilm {
  titles: Record<string, string>;
  kind: z.output<typeof Hit>["kind"];
  year: number | null;
  genres: z.output<typeof Hit>["genres"];
  cast: string[];
  poster: string | null;
}

/** The title of a film that was found, in the language that suits its asker best. */
export const titleOf = ({ titles }: StoredFilm, languages: readonly string[] = []): string =>
  titles[bestTag(Object.keys(titles), languages) ?? ""] ?? "";
