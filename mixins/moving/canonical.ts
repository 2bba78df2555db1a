/**
 * Documents as text that is the same from every engine: the names of fields sorted, no spaces
 * (as RFC 8785 has it, but for numbers, which JSON.stringify writes as it asks). Pure.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((one) => canonical(one ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`);
  return `{${fields.join(",")}}`;
}

/** What is compared: messages that wait to be sent leave a document without being a change of it. */
export const contentOf = (doc: object): string => canonical({ ...doc, outbox: undefined });
