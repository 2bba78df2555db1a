/**
 * The one text normaliser of the house. What is indexed and what is asked go through the same
 * functions, so that every search engine sees the same words and needs no clever features of its
 * own. Imports use `titleKey` to match. All pure; the keyboard and the scripts are in `layout.ts`.
 */

/** Letters that Unicode does not take apart into a base letter and marks. */
const unfolded: Record<string, string> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ŧ: "t",
  ŋ: "n",
  ı: "i",
  ĸ: "k",
  ς: "σ",
  ӏ: "і",
};
const unfoldedLetters = new RegExp(`[${Object.keys(unfolded).join("")}]`, "gu");
const plain = /^[a-z0-9]+(?: [a-z0-9]+)*$/;
/** Printable ASCII: no forms, no marks, nothing invisible. */
const ascii = /^[ -~]*$/;

/**
 * Text reduced to lower-case letters and digits with single spaces between words: compatibility
 * forms (ligatures, full width, superscripts) made plain, marks stripped (so ё = е and й = и),
 * zero-width characters dropped, everything else (punctuation, NBSP, emoji, lone surrogates,
 * control characters) turned into a space. `fold(fold(x)) === fold(x)`.
 *
 * @returns "" when nothing but punctuation is left
 */
export function fold(text: string): string {
  if (plain.test(text)) return text;
  if (ascii.test(text)) {
    return text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, " ")
      .trim();
  }

  return text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .replace(unfoldedLetters, (letter) => unfolded[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** The folded words of a text, in order, repeats kept. */
export function words(text: string): string[] {
  const folded = fold(text);
  return folded === "" ? [] : folded.split(" ");
}

/**
 * The key by which two spellings of a title are the same: the folded title, or, where nothing is
 * left of it (films are called "$" and "?"), its characters in lower case.
 */
export function titleKey(title: string): string {
  return (
    fold(title) ||
    title
      .normalize("NFKC")
      .replace(/[\p{Cf}\p{Cc}\p{Cs}]/gu, "")
      .trim()
      .toLowerCase()
  );
}

/** A folded title without its leading English article: "the matrix" is asked for as "matrix". */
export const withoutArticle = (title: string): string => title.replace(/^(?:the|an?) (?=.)/, "");

const romans = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx".split(" ");
const numeralOf = new Map<string, string>();
for (const [index, roman] of romans.entries()) {
  numeralOf.set(String(index + 1), roman);
  // "i", "v" and "x" are words and initials more often than numbers: they are only written so.
  if (roman.length > 1) numeralOf.set(roman, String(index + 1));
}

/** The other way to write a number up to twenty: "2" for "ii" and "ii" for "2". */
export const otherNumeral = (word: string): string | undefined => numeralOf.get(word);

/**
 * Neighbouring words written as one: "spider man" is also asked as "spiderman", "v h s" as "vhs".
 *
 * @returns each pair joined, and each run of single letters joined
 */
export function joined(list: readonly string[]): string[] {
  const result = new Set<string>();
  let run = "";
  for (const [index, word] of list.entries()) {
    const next = list[index + 1];
    if (next !== undefined) result.add(word + next);
    run = [...word].length === 1 ? run + word : "";
    if (run.length > 1) result.add(run);
  }
  return [...result];
}

/**
 * The number of edits (a letter put in, taken out, changed, or two neighbours swapped) between two
 * words, when it is at most `most`; otherwise `most + 1`. Optimal string alignment.
 */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        (above[j - 1] ?? 0) + (same ? 0 : 1),
        (above[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
      );
      const swapped = !same && i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
      least = Math.min(least, cost);
    }
    if (least > most) return most + 1;
    before = above;
    above = row;
  }
  return Math.min(above[b.length] ?? 0, most + 1);
}
