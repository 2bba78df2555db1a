/**
 * Keys: one or more segments of `A-Z a-z 0-9 . _ -` with `/` between, such as
 * `uploads/0190…/films.csv`. The same keys are good for a folder and for S3.
 */
import { InvalidKey } from "./errors.ts";

const maxKey = 900;
const maxSegment = 200;
const letters = /^[A-Za-z0-9._-]*$/;

const segmentFault = (segment: string): string | undefined => {
  if (segment === "") return "a segment between slashes is empty";
  if (/^\.+$/.test(segment)) return "a segment consists of dots";
  if (segment.length > maxSegment) return `a segment is longer than ${maxSegment} letters`;
  if (!letters.test(segment))
    return "only letters A-Z a-z, digits, '.', '_', '-' and '/' may be in it";
  return undefined;
};

/**
 * The segments of a key.
 *
 * @throws InvalidKey saying what is wrong
 */
export const segmentsOf = (key: string): string[] => {
  if (typeof key !== "string") throw new InvalidKey(String(key), "it is not text");
  if (key.length > maxKey) throw new InvalidKey(key, `it is longer than ${maxKey} letters`);
  const segments = key.split("/");
  for (const segment of segments) {
    const fault = segmentFault(segment);
    if (fault) throw new InvalidKey(key, fault);
  }
  return segments;
};

/**
 * The whole segments of a prefix, and the beginning of one that is left: `a/b/c` → `a`, `b` | `c`.
 *
 * @throws InvalidKey if no key can begin like this
 */
export const splitPrefix = (prefix: string): { folders: string[]; rest: string } => {
  const at = prefix.lastIndexOf("/");
  const rest = prefix.slice(at + 1);
  if (!letters.test(rest)) throw new InvalidKey(prefix, "no key begins like this");

  return { folders: at === -1 ? [] : segmentsOf(prefix.slice(0, at)), rest };
};
