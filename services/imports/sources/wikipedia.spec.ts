import { cleanCast, cleanName, cleanTitle, cleanWikipedia } from "./wikipedia.ts";

test.each([
  ["The Curtain Pole[1]", "The Curtain Pole", ["title-footnote"]],
  ["Fly by Night [fr]", "Fly by Night", ["title-footnote"]],
  ["Stronger Than Death (1920 film)", "Stronger Than Death", ["title-disambiguator"]],
  ["The Human Centipede (First Sequence)", "The Human Centipede (First Sequence)", []],
  ["(Untitled)", "(Untitled)", []],
  ["A\u00a0Film\u200b", "A Film", ["title-spaces"]],
  [
    "Naked Gun .mw-parser-output .frac{a:b}.mw-parser-output .num{c:d}33+1\u20443: The Final Insult",
    "Naked Gun 33 1/3: The Final Insult",
    ["title-css"],
  ],
])("cleans the title %s", (raw, title, kinds) => {
  const normalised: string[] = [];

  expect(cleanTitle(raw, normalised)).toBe(title);
  expect(normalised).toEqual(kinds);
});

test.each([
  ["Harry Carter (actor)", "Harry Carter"],
  ["John Wood (English actor)", "John Wood"],
  ["Katherine MacDonald]]", "Katherine MacDonald"],
  ["and Ateesh Randev", "Ateesh Randev"],
  [". Caroline Martin", "Caroline Martin"],
  ["Cuba Gooding  Jr.", "Cuba Gooding Jr."],
  ["Dave (Tex) O'Brien", "Dave (Tex) O'Brien"],
  ["will.i.am", "will.i.am"],
  ["50 Cent", "50 Cent"],
  ["Mr. T", "Mr. T"],
])("reads the name %s", (raw, name) => {
  expect(cleanName(raw)).toBe(name);
});

test.each(
  ". and The Cast: [a] [2] ( ) ] (narrator) nominee) (The (Director with ? & voices|of the|history|of"
    .split(" ")
    .map((name) => name.replaceAll("|", " "))
    .concat("Brian Sieve (writer)", "Dir.: Steve Asquith", "and his Orchestra", "stand-up comedy"),
)("%s is no name", (raw) => {
  expect(cleanName(raw)).toBeUndefined();
});

test("puts a suffix back to its name, and lists nobody twice", () => {
  const normalised: string[] = [];
  const cast = ["Robert Downey", "Jr.", "Cher", "Cher", ".", null];

  expect(cleanCast(cast, normalised)).toEqual([{ name: "Robert Downey Jr." }, { name: "Cher" }]);
  expect(normalised).toEqual(["cast-debris"]);
});

test("makes a film of a row, with the attribution of its text", () => {
  const row = {
    title: "Carmen",
    year: 1915,
    cast: ["Theda Bara"],
    genres: ["Drama", "Silent", "Odd"],
    href: "Carmen_(1915_Raoul_Walsh_film)",
    extract: "\n\nCarmen is a\u00a0lost film.\n\nIt is silent.\n",
    thumbnail: "https://upload.wikimedia.org/c.jpg",
  };

  expect(cleanWikipedia(row, {}, 2026)).toEqual({
    key: "Carmen|1915|Carmen_(1915_Raoul_Walsh_film)",
    film: {
      kind: "film",
      titles: { en: "Carmen" },
      year: 1915,
      genres: ["drama", "silent"],
      extracts: {
        en: {
          text: "Carmen is a lost film.\n\nIt is silent.",
          attribution: {
            source: "Wikipedia",
            license: "CC BY-SA 4.0",
            url: "https://en.wikipedia.org/wiki/Carmen_(1915_Raoul_Walsh_film)",
          },
        },
      },
      poster: "https://upload.wikimedia.org/c.jpg",
      externalIds: { wikipedia: "Carmen_(1915_Raoul_Walsh_film)" },
      cast: [{ name: "Theda Bara" }],
    },
    normalised: ["extract-spaces"],
    unknownGenres: ["Odd"],
  });
});

test("takes a row of which little is known, refuses one without a title", () => {
  const bare = cleanWikipedia({ title: "X", year: "soon", href: null }, {}, 2026);

  expect(bare).toMatchObject({ key: "X|soon|", film: { externalIds: {}, cast: [], genres: [] } });
  expect(bare).toMatchObject({ normalised: ["year-impossible"] });
  expect(cleanWikipedia({ year: 1999 }, {}, 2026)).toBe("it has no title");
  expect(cleanWikipedia({ title: "\u200b" }, {}, 2026)).toBe("its title is empty");
  expect(cleanWikipedia({ title: "x".repeat(501) }, {}, 2026)).toMatch(/over 500/);
});
