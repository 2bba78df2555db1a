import { otherLayout, otherScript, skeletons, sound } from "./layout.ts";
import {
  editDistance,
  fold,
  joined,
  otherNumeral,
  titleKey,
  withoutArticle,
  words,
} from "./text.ts";

test.each([
  ["Amélie", "amelie"],
  ["ЁЛКИ", "елки"],
  ["Stra\u00dfe \u00c6on \u0141\u00f3d\u017a sm\u00f8r", "strasse aeon lodz smor"],
  ["\ufb01nal \uff26\uff35\uff2c\uff2c", "final full"],
  ["Non\u00a0breaking\u200b zero\ufeffwidth", "non breaking zerowidth"],
  ["V/H/S: It's \u2014 a\ttest!", "v h s it s a test"],
  ["\u0130stanbul \u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2", "istanbul σισυφοσ"],
  ["🎬 film \ud800 \u0000", "film"],
  ["七人の侍", "七人の侍"],
  ["?!", ""],
])("folds %j", (text, folded) => {
  expect(fold(text)).toBe(folded);
  expect(fold(folded)).toBe(folded);
});

test("a title of nothing but signs keeps a key of its own", () => {
  expect(titleKey("The Matrix!")).toBe("the matrix");
  expect(titleKey(" $ ")).toBe("$");
  expect(titleKey("???")).not.toBe(titleKey("$"));
});

test("words are the parts of the folded text", () => {
  expect(words("Spider-Man: No Way Home")).toEqual(["spider", "man", "no", "way", "home"]);
  expect(words("")).toEqual([]);
});

test("a leading article is left out unless it is all there is", () => {
  expect(["the matrix", "an affair", "the", "theatre", "a"].map(withoutArticle)).toEqual([
    "matrix",
    "affair",
    "the",
    "theatre",
    "a",
  ]);
});

test("joins what may be written as one word", () => {
  expect(joined(["v", "h", "s", "tapes"])).toEqual(["vh", "hs", "stapes", "vhs"]);
});

test("numbers are written in two ways, lone letters are not numbers", () => {
  expect(otherNumeral("2")).toBe("ii");
  expect(otherNumeral("iv")).toBe("4");
  expect(otherNumeral("x")).toBeUndefined();
  expect(otherNumeral("1999")).toBeUndefined();
});

test.each([
  ["panther", "pather", 1],
  ["inherent", "inhernet", 1],
  ["drogon", "dragon", 1],
  ["kitten", "sitting", 3],
  ["a", "abcdef", 3],
])("counts the edits between %s and %s", (a, b, edits) => {
  expect(editDistance(a, b, 2)).toBe(Math.min(edits, 3));
  expect(editDistance(b, a, 2)).toBe(Math.min(edits, 3));
});

test("reads the other keyboard layout both ways, letters on punctuation keys too", () => {
  expect(otherLayout("ьфекшч")).toBe("matrix");
  expect(otherLayout("Vfnhbwf")).toBe("матрица");
  expect(otherLayout("[jqn")).toBe("хойт");
  expect(otherLayout("k.,jdm")).toBe("любовь");
});

test("spells a word in the other script", () => {
  expect(otherScript("титаник")[0]).toBe("titanik");
  expect(otherScript("титаник")).toContain("titanic");
  expect(otherScript("джокер")[0]).toBe("joker");
  expect(otherScript("матрикс")).toContain("matrix");
  expect(otherScript("matritsa")).toEqual(["матрица"]);
  expect(otherScript("1984")).toEqual([]);
  expect(otherScript("щ".repeat(500)).length).toBeLessThanOrEqual(16);
});

test.each([
  ["титаник", "titanic"],
  ["бэтмен", "batman"],
  ["матрикс", "matrix"],
  ["джокер", "joker"],
  ["брюс", "bruce"],
  ["уиллис", "willis"],
  ["гарри", "harry"],
  ["хичкок", "hitchcock"],
  ["майкл", "michael"],
  ["чаплин", "chaplin"],
  ["джордж", "george"],
  ["круз", "cruise"],
  ["гибсон", "gibson"],
  ["терминатор", "terminator"],
  ["манибол", "moneyball"],
  ["инсепшн", "inception"],
])("%s sounds like %s", (cyrillic, latin) => {
  const heard = skeletons(fold(cyrillic));

  expect(skeletons(latin).some((bone) => heard.includes(bone))).toBe(true);
});

test("a word's sound is the same in both scripts where spelling is regular", () => {
  expect(sound("титаник")).toBe(sound("titanic"));
  expect(sound("матрикс")).toBe(sound("matrix"));
});
