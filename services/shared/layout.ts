/**
 * What else a person may have meant to type: the same keys on the other keyboard layout, the same
 * word in the other script, a word that sounds alike. Pure, and a part of the one normaliser: all
 * but `otherLayout` take words that `fold` has made.
 */

const latinKeys = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`{}:\"<>~";
const cyrillicKeys = "йцукенгшщзхъфывапролджэячсмитьбюёхъжэбюё";
const toCyrillicKey = new Map<string, string>(
  [...latinKeys].map((key, i): [string, string] => [key, cyrillicKeys[i] ?? key]),
);
// Reversed, so that the unshifted key of a letter is the one that stays.
const toLatinKey = new Map<string, string>(
  [...toCyrillicKey].map(([key, letter]): [string, string] => [letter, key]).reverse(),
);

export const isCyrillic = (text: string): boolean => /\p{Script=Cyrillic}/u.test(text);

/**
 * The text as it would stand had the other keyboard layout (US English or Russian ЙЦУКЕН) been on:
 * "ьфекшч" → "matrix", "vfnhbwf" → "матрица". Takes the raw text, since some letters of one layout
 * are punctuation of the other.
 */
export function otherLayout(text: string): string {
  const keys = isCyrillic(text) ? toLatinKey : toCyrillicKey;
  return [...text.toLowerCase()].map((key) => keys.get(key) ?? key).join("");
}

/** Spellings of a Cyrillic letter in Latin, the most usual first. */
const latinOf = new Map(
  (
    "дж:j,dzh,g кс:x,ks кв:qu,kv а:a б:b в:v,w г:g,h ґ:g д:d е:e,ye є:ie,ye ж:zh,j з:z,s и:i " +
    "і:i к:k,c л:l м:m н:n о:o п:p р:r с:s,c т:t у:u,w,oo ф:f,ph х:kh,h ц:ts,c ч:ch ш:sh " +
    "щ:shch,sch ъ: ы:y ь: э:e,a ю:yu,u я:ya,ia,ja ј:j љ:lj њ:nj ћ:c ђ:dj џ:dz"
  )
    .split(" ")
    .map((pair) => pair.split(":"))
    .map(([letter = "", forms = ""]) => [letter, forms.split(",")]),
);

/** Latin letters in Cyrillic, longest first; where schemes differ, the commonest reading. */
const cyrillicOf: [string, string][] = (
  "shch:щ sch:щ dzh:дж zh:ж kh:х ts:ц tz:ц ch:ч sh:ш yu:ю ju:ю iu:ю ya:я ja:я ia:я yo:е jo:е " +
  "ye:е je:е ph:ф ck:к qu:кв th:т oo:у ee:и a:а b:б c:к d:д e:е f:ф g:г h:х i:и j:дж k:к l:л " +
  "m:м n:н o:о p:п q:к r:р s:с t:т u:у v:в w:в x:кс y:и z:з"
)
  .split(" ")
  .map((pair) => pair.split(":") as [string, string]);

/**
 * A folded word in the other script, in several spellings, the most usual first: "джокер" → "joker",
 * "dzhoker", …; "matritsa" → "матрица". Empty for a word without letters of either script.
 *
 * @param most how many spellings at most
 */
export function otherScript(word: string, most = 16): string[] {
  if (isCyrillic(word)) return romanised(word, most);
  const cyrillic = cyrillicised(word);
  return cyrillic === word ? [] : [cyrillic];
}

function romanised(word: string, most: number): string[] {
  let spellings = [""];
  for (let at = 0; at < word.length; ) {
    const pair = word.slice(at, at + 2);
    const key = latinOf.has(pair) ? pair : word.charAt(at);
    const forms = latinOf.get(key) ?? [key];
    // Past the bound only the usual spelling goes on, so that long words end too.
    const room = Math.max(1, Math.floor(most / spellings.length));
    spellings = forms.slice(0, room).flatMap((form) => spellings.map((start) => start + form));
    at += key.length;
  }
  return spellings;
}

function cyrillicised(word: string): string {
  let result = "";
  for (let at = 0; at < word.length; ) {
    const pair = cyrillicOf.find(([latin]) => word.startsWith(latin, at));
    result += pair ? pair[1] : word.charAt(at);
    at += pair ? pair[0].length : 1;
  }
  return result;
}

/** Sounds written in many ways, in the order in which they are reduced. */
const sounds: [RegExp, string][] = [
  [/(^|[aeio])u(?=[aeiou])/g, "$1w"],
  [/[tsc]ion/g, "jon"],
  [/shch|sch|tch|dzh|dj|sh|zh/g, "j"],
  [/ph/g, "f"],
  [/qu/g, "kw"],
  [/th/g, "t"],
  [/kh|gh/g, "h"],
  [/wh/g, "w"],
  [/rh/g, "r"],
  [/ck|q/g, "k"],
  [/x/g, "ks"],
  [/c(?=[eiy])|ts|tz|z/g, "s"],
  [/c(?!h)/g, "k"],
  [/w/g, "v"],
  [/ee|ie|ea|y/g, "i"],
  [/oo|ou/g, "u"],
  [/(.)\1+/g, "$1"],
];

/** How a word sounds, roughly, in Latin: "титаник" and "titanic" → "titanik". */
export function sound(word: string): string {
  const latin = isCyrillic(word) ? (romanised(word.replace(/дж/g, "ж"), 1)[0] ?? "") : word;
  return sounds.reduce((text, [pattern, into]) => text.replace(pattern, into), latin);
}

/**
 * The consonants of a word's sound, by which words of the two scripts meet: "бэтмен" and "batman"
 * → "btmn". Where Latin spelling is ambiguous (ch, g before e, j) there are several. A first vowel
 * is kept as "a".
 *
 * @returns nothing for a word without consonants
 */
export function skeletons(word: string): string[] {
  // A Cyrillic г or х stands for a Latin g or h; a Latin h may also be silent.
  const heard = sound(word);
  let forms = [isCyrillic(word) ? heard.replace(/(?<!c)h/g, "g") : heard];
  for (const [pattern, readings] of ambiguous) {
    forms = forms.flatMap((form) =>
      form.search(pattern) < 0 ? [form] : readings.map((reading) => form.replace(pattern, reading)),
    );
  }
  const bones = forms.map((form) =>
    form
      .replace(/^[aeiou]/, "A")
      .replace(/[aeiou]/g, "")
      .toLowerCase()
      .replace(/(.)\1+/g, "$1"),
  );
  return [...new Set(bones)].filter((bone) => bone !== "" && bone !== "a");
}

const ambiguous: [RegExp, string[]][] = [
  [/ch/g, ["j", "k"]],
  [/g(?=[ei])/g, ["j", "g"]],
  [/^j/g, ["j", "i"]],
  [/h/g, ["g", ""]],
];
