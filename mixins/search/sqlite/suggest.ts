/** Suggestions out of an index file. */
import { checkLimit } from "../checks.ts";
import type { IndexDefinition, Suggestion, SuggestQuery } from "../port.ts";
import { mostRead, suggestions } from "../suggestions.ts";
import type { Index } from "./candidates.ts";
import { retrieve } from "./retrieve.ts";

export function suggest(
  { columns, finder, lexicon }: Index,
  definition: IndexDefinition,
  { q, limit, filters }: SuggestQuery,
): Suggestion[] {
  checkLimit(limit, 20);
  if (q.trim() === "") return [];
  const allowed = columns.allowed(filters ? { filters } : {});
  const { head, readings } = retrieve({ columns, finder, lexicon }, q, allowed);
  const best = head
    .slice(0, mostRead)
    .map(({ row }) => ({ id: columns.id(row), ...finder.read(row) }));
  return suggestions(definition, best, readings, limit);
}
