/**
 * Finds words that are like a given one: by typing mistakes (symmetric deletes: two words within n
 * edits share a form with up to n letters taken out) and by sound across scripts. It keeps numbers
 * only, 8 bytes a form, some 25 forms a word; the words themselves are with the caller.
 */
import { skeletons } from "../../services/shared/layout.ts";

/** Deletes are taken from the first letters alone, which bounds their number. */
const prefixLetters = 7;
const longLetters = 6;
/** A key is a hash of 32 bits and an id of 21: together a whole number that a double holds. */
const idSpan = 2 ** 21;

/** How many edits are forgiven in a word of so many letters. */
export const editsAllowed = (letters: number): number => (letters < 2 ? 0 : letters < 7 ? 1 : 2);

export class LikeIndex {
  #chunks: Float64Array[] = [];

  /** @param words with ids from 1 to 2,097,151; what is beyond is not corrected */
  add(words: readonly { readonly id: number; readonly word: string }[]): void {
    const keys: number[] = [];
    for (const { id, word } of words) {
      if (id >= idSpan) continue;
      const forms = deletes(word, word.length >= longLetters ? 2 : 1);
      for (const bone of skeletons(word)) forms.add(`~${bone}`);
      for (const form of forms) keys.push(hash(form) * idSpan + id);
    }
    if (keys.length === 0) return;
    let chunk: Float64Array = Float64Array.from(keys).sort();
    // Each chunk is more than twice as long as the next: few chunks, and little work to keep them.
    for (;;) {
      const last = this.#chunks.at(-1);
      if (!last || last.length > 2 * chunk.length) break;
      chunk = merge(last, chunk);
      this.#chunks.pop();
    }
    this.#chunks.push(chunk);
  }

  /** Ids of words that may be within the edits: to be measured by the caller. */
  near(word: string, edits: number): Set<number> {
    return this.#find(deletes(word, edits));
  }

  /** Ids of words with a consonant skeleton of this one, in any script. */
  alike(word: string): Set<number> {
    return this.#find(skeletons(word).map((bone) => `~${bone}`));
  }

  #find(forms: Iterable<string>): Set<number> {
    const ids = new Set<number>();
    for (const form of forms) {
      const first = hash(form) * idSpan;
      for (const chunk of this.#chunks) {
        for (let at = lowerBound(chunk, first); at < chunk.length; at++) {
          const key = chunk[at] ?? 0;
          if (key >= first + idSpan) break;
          ids.add(key - first);
        }
      }
    }
    return ids;
  }
}

/** The word's first letters, and they with up to `most` letters taken out. */
function deletes(word: string, most: number): Set<string> {
  const all = new Set([word.slice(0, prefixLetters)]);
  let latest = [...all];
  for (let n = 0; n < most; n++) {
    const shorter = new Set<string>();
    for (const form of latest) {
      for (let i = 0; i < form.length && form.length > 1; i++) {
        shorter.add(form.slice(0, i) + form.slice(i + 1));
      }
    }
    latest = [...shorter];
    for (const form of latest) all.add(form);
  }
  return all;
}

/** FNV-1a over UTF-16 units, 32 bits unsigned. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function lowerBound(keys: Float64Array, wanted: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Two sorted arrays as one. */
function merge(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length + b.length);
  for (let at = 0, i = 0, j = 0; at < result.length; at++) {
    const fromA = j >= b.length || (i < a.length && (a[i] ?? 0) <= (b[j] ?? 0));
    result[at] = (fromA ? a[i++] : b[j++]) ?? 0;
  }
  return result;
}
