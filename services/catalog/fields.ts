/** Fields of films as values: compared and named. Pure. */

/** A field's names in `provenance`: texts are decided language by language. */
export const languageFields = (field: string, of: object): string[] => {
  if (field !== "titles" && field !== "extracts") return [field];
  return Object.keys((of as Record<string, object>)[field] ?? {}).map((tag) => `${field}/${tag}`);
};

/** The value of a field, or of one language of it. @param name as in `provenance` */
export function fieldIn(of: object, name: string): unknown {
  const [field = "", tag] = name.split("/");
  const value = (of as Record<string, unknown>)[field];
  return tag === undefined ? value : (value as Record<string, unknown> | undefined)?.[tag];
}

/** Which languages of a field differ, or the field itself, by their names in `provenance`. */
export const differing = (field: string, before: object, after: object): string[] =>
  [...new Set([...languageFields(field, before), ...languageFields(field, after)])].filter(
    (name) => !same(fieldIn(before, name), fieldIn(after, name)),
  );

/** Deep equality of JSON values; absent and undefined are one. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const get = (of: object, key: string) => (of as Record<string, unknown>)[key];
  return [...keys].every((key) => same(get(a, key), get(b, key)));
}

/** Absent, or an empty list or object. */
export const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  (typeof value === "object" && value !== null && Object.keys(value).length === 0);

/** Null, by which an edit empties a field, as the absence that it means. */
export const withoutNulls = (changes: object): object =>
  Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value ?? undefined]));

/** Without the fields that are undefined: what is absent is not kept. */
export const lasting = <T extends object>(of: T): T =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as T;
