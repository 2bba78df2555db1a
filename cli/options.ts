/** Readers of option values; what they refuse ends with exit code 2 and the next step. */
import { InvalidArgumentError } from "commander";

/** A whole number. */
export function whole(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number.");
}

/** Values apart by commas, and from repeated options. */
export const listed = (text: string, before: string[] = []): string[] => [
  ...before,
  ...text.split(",").flatMap((part) => part.trim() || []),
];

/** The same, of a closed list. */
export const listedOf =
  (allowed: readonly string[]) =>
  (text: string, before: string[] = []): string[] => {
    const values = listed(text, before);
    const wrong = values.find((value) => !allowed.includes(value));
    if (wrong === undefined) return values;
    throw new InvalidArgumentError(`"${wrong}" is not one of ${allowed.join(", ")}.`);
  };

/** The same, of whole numbers: decades may be written 1980 or 1980s. */
export const decades = (text: string, before: number[] = []): number[] => [
  ...before,
  ...listed(text).map((part) => whole(part.replace(/s$/, ""))),
];

/** An object without the fields that are not there. */
export const given = <T extends object>(fields: T): T =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
