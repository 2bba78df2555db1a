/**
 * How deep, wide and full a JSON text is: found out in one cheap pass, before anything is made of it.
 * What is made of a megabyte of keys, copied, checked and told as faults, would hold up everybody.
 */

const deepest = 64;
/** Fields of an object and items of a list. No contract takes more than 500. */
const widest = 1_000;
/** All of them together: a film with 500 people before and behind the camera has a third of it. */
const fullest = 20_000;

const quote = 34;
const comma = 44;
const backslash = 92;
const opens = (code: number): boolean => code === 91 || code === 123;
const closes = (code: number): boolean => code === 93 || code === 125;

/** Behind the string that begins at a place; behind the text where it does not end. */
function behindString(text: string, begin: number): number {
  let at = begin + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at++);
    if (code === quote) return at;
    if (code === backslash) at++;
  }
  return at;
}

/** Why a text is more than any body needs, or nothing. It may be no JSON at all. */
export function excessOf(text: string): string | undefined {
  const commas = new Uint32Array(deepest + 1);
  let depth = 0;
  let all = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = behindString(text, at) - 1;
    else if (opens(code)) {
      if (++depth > deepest) return `it is nested deeper than ${deepest}`;
      commas[depth] = 0;
      all++;
    } else if (closes(code)) depth = Math.max(0, depth - 1);
    else if (code === comma) {
      const before = (commas[depth] ?? 0) + 1;
      if (before >= widest) return `it has an object or a list of more than ${widest} entries`;
      commas[depth] = before;
      all++;
    }
    if (all > fullest) return `it has more than ${fullest} values`;
  }
  return undefined;
}
