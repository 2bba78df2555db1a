/**
 * Suggestions while typing: the titles and names of the best matches that the words were found in,
 * each once, titles and names in the order of the documents that bear them. Pure.
 */
import { fold } from "../../services/shared/text.ts";
import type { Alternative } from "./alternatives.ts";
import type { IndexDefinition, SearchDocument, Suggestion } from "./port.ts";
import type { Reading } from "./reading.ts";

/** Names come from so many of the best matches. */
export const mostRead = 60;

/** @param documents the best matches, the best first */
export function suggestions(
  definition: IndexDefinition,
  documents: readonly Pick<SearchDocument, "id" | "fields" | "stored">[],
  readings: readonly Reading[],
  limit: number,
): Suggestion[] {
  const titles = new Map<string, Suggestion>();
  const names = new Map<string, { field: string; text: string; documents: number }>();
  for (const { id, fields, stored } of documents) {
    for (const { name: field, role } of definition.fields) {
      if (role === "text") continue;
      const fitting = (fields[field] ?? []).filter((text) =>
        readings.some(({ words }) => holdsAll(text, words)),
      );
      for (const text of fitting) {
        if (role === "title") {
          if (!titles.has(id)) titles.set(id, { field, text, id, stored });
          continue;
        }
        const known = names.get(fold(text)) ?? { field, text, documents: 0 };
        known.documents += 1;
        names.set(fold(text), known);
      }
    }
  }
  const people = [...names.values()].sort((a, b) => b.documents - a.documents);
  // People take at most a third while there are titles enough.
  const share = Math.max(limit - titles.size, Math.ceil(limit / 3));
  const chosen = people.slice(0, share);
  return [...[...titles.values()].slice(0, limit - chosen.length), ...chosen];
}

/** Whether each word is in the text; any of a text's words may be the one still being typed. */
function holdsAll(text: string, words: readonly (readonly Alternative[])[]): boolean {
  const tokens = fold(text).split(" ");
  return words.every((group) =>
    tokens.some((token) =>
      group.some((form) => (form.prefix ? token.startsWith(form.text) : token === form.text)),
    ),
  );
}
