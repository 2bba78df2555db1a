import { editDistance } from "../../services/shared/text.ts";
import type { Known, Lexicon } from "./alternatives.ts";
import { otherQueries, read, wordsOf } from "./reading.ts";
import { LikeIndex } from "./typos.ts";

/** A lexicon of these words with these counts. */
function lexicon(counts: Record<string, number>): Lexicon {
  const words = Object.keys(counts);
  const like = new LikeIndex();
  like.add(words.map((word, i) => ({ id: i + 1, word })));
  const known = (ids: Iterable<number>): Known[] =>
    [...ids].map((id) => ({ word: words[id - 1] ?? "", count: counts[words[id - 1] ?? ""] ?? 0 }));
  return {
    count: (word) => counts[word] ?? 0,
    anywhere: (word) => counts[word] ?? 0,
    begins: (prefix) => words.some((word) => word.startsWith(prefix)),
    near: (word, edits) =>
      known(like.near(word, edits)).filter((one) => editDistance(word, one.word, edits) <= edits),
    alike: (word) => known(like.alike(word)),
  };
}

const texts = (reading: ReturnType<typeof read>) =>
  reading.words.map((forms) => forms.map(({ text, prefix }) => (prefix ? `${text}*` : text)));

test("the last word may be a beginning, the others are whole", () => {
  const reading = read(["the", "matr"], lexicon({ the: 99, matrix: 9 }), "none");

  expect(texts(reading)).toEqual([["the"], ["matr", "matr*"]]);
  expect(reading).toMatchObject({ known: 0.975, rare: false });
});

test("a word that nobody knows is rare, and forgiven when asked to", () => {
  const words = lexicon({ pink: 20, panther: 9, pant: 5 });

  expect(read(["pather", "pink"], words, "none")).toMatchObject({ known: 0.5, rare: true });
  expect(texts(read(["pather", "pink"], words, "rare"))[0]).toEqual(["pather", "panther"]);
});

test("a word that is common is doubted only when every word is", () => {
  const words = lexicon({ real: 30, steal: 25, steel: 40 });

  expect(texts(read(["steal", "real"], words, "rare"))[0]).toEqual(["steal"]);
  expect(texts(read(["steal", "real"], words, "all"))[0]).toEqual(["steal", "steel"]);
});

test("nearer words come first, then the more frequent", () => {
  const words = lexicon({ stories: 9, story: 5, stormy: 50, store: 90 });
  const [forms = []] = texts(read(["stroy", "x"], words, "rare"));

  expect(forms).toEqual(["stroy", "story"]);
});

test("a number is also asked in the other way", () => {
  expect(texts(read(["2", "rocky"], lexicon({ "2": 5, ii: 9, rocky: 9 }), "none"))[0]).toEqual([
    "2",
    "ii",
  ]);
});

test("a Cyrillic word stands for Latin ones that sound so", () => {
  const words = lexicon({ titanic: 5, joker: 5, batman: 5 });

  expect(texts(read(["титаник", "x"], words, "none"))[0]).toContain("titanic");
  expect(
    texts(
      read(
        ["бэтмен", "x"].map((w) => wordsOf(w)[0] ?? ""),
        words,
        "none",
      ),
    )[0],
  ).toContain("batman");
  expect(texts(read(["джок"], words, "none"))[0]).toContain("jok*");
});

test("offers the other layout, a word split in two and two words joined", () => {
  const words = lexicon({ spider: 5, man: 9, lightyear: 4 });

  expect(otherQueries("ьфекшч", words).layout).toEqual(["matrix"]);
  expect(otherQueries("spiderman returns", words).spaced).toEqual([["spider", "man", "returns"]]);
  expect(otherQueries("light year", words).spaced).toEqual([["lightyear"]]);
});

test("long queries are cut", () => {
  expect(wordsOf("a ".repeat(5000))).toHaveLength(32);
  expect(wordsOf("b".repeat(10_000))[0]).toHaveLength(1000);
});
