/**
 * Suggestions while typing: the titles and names of the best matches that the words were found in,
 * each once, titles and names in the order of the documents that bear them.
 */
import { fold } from "../../../services/shared/text.ts";
import type { Alternative } from "../alternatives.ts";
import type { IndexDefinition, Suggestion, SuggestQuery } from "../port.ts";
import type { Index } from "./candidates.ts";
import { checkLimit } from "./page.ts";
import { retrieve } from "./retrieve.ts";

/** Names come from so many of the best matches. */
const mostRead = 60;

export function suggest(
  index: Index,
  definition: IndexDefinition,
  { q, limit, filters }: SuggestQuery,
): Suggestion[] {
  checkLimit(limit, 20);
  if (q.trim() === "") return [];
  const { head, readings } = retrieve(index, q, index.columns.allowed(filters ? { filters } : {}));

  const titles: Suggestion[] = [];
  const names = new Map<string, { field: string; text: string; documents: number }>();
  for (const { row } of head.slice(0, mostRead)) {
    const { stored, fields } = index.finder.read(row);
    for (const { name: field, role } of definition.fields) {
      if (role === "text") continue;
      const fitting = (fields[field] ?? []).filter((text) =>
        readings.some(({ words }) => holdsAll(text, words)),
      );
      for (const text of fitting) {
        if (role === "names") {
          const known = names.get(fold(text)) ?? { field, text, documents: 0 };
          known.documents += 1;
          names.set(fold(text), known);
        } else if (!titles.some((title) => "id" in title && title.id === index.columns.id(row))) {
          titles.push({ field, text, id: index.columns.id(row), stored });
        }
      }
    }
  }
  const people = [...names.values()].sort((a, b) => b.documents - a.documents);
  // People take at most a third while there are titles enough.
  const share = Math.max(limit - titles.length, Math.ceil(limit / 3));
  const chosen = people.slice(0, share);
  return [...titles.slice(0, limit - chosen.length), ...chosen];
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
