/** A deep copy of JSON; absent and undefined are one. */
export function copyOf<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  const made: Record<string, unknown> = {};
  for (const key in value) {
    if (value[key] !== undefined) made[key] = copyOf(value[key]);
  }
  return made as T;
}
