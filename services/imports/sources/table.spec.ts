import { columnsOf, faultOf } from "./mapping.ts";
import { cleanTable, dateOf } from "./table.ts";

const mapping = {
  dataset: "mirrors",
  key: "id",
  fields: { title: "name", "title.ru": "имя", genres: "g" },
  split: "/",
};

test.each([
  ["1998-06-12", "1998-06-12"],
  ["Jun 12 1998", "1998-06-12"],
  ["12 June 1998", "1998-06-12"],
  ["1998-06-12T00:00:00Z", "1998-06-12"],
  ["Feb 31 1998", undefined],
  ["1998", undefined],
  ["soon", undefined],
])("reads the date %s", (text, date) => {
  expect(dateOf(text)).toBe(date);
});

test("reads titles by language, lists by their separator, fixed values for the rest", () => {
  const row = { id: 7, name: "The Mirror", имя: "Зеркало", g: "Drama/Drama/ /Odd" };

  const cleaned = cleanTable(
    row,
    {
      mapping: {
        ...mapping,
        language: "en",
        fixed: { countries: ["SU"], "crew.director": "A. T." },
      },
    },
    2026,
  );

  expect(cleaned).toMatchObject({
    key: "mirrors:7",
    film: {
      titles: { en: "The Mirror", ru: "Зеркало" },
      genres: ["drama"],
      countries: ["SU"],
      crew: [{ name: "A. T.", job: "director" }],
    },
    unknownGenres: ["Odd"],
  });
});

test("a row needs its key and a title", () => {
  expect(cleanTable({ name: "A" }, { mapping }, 2026)).toBe("its key (id) is empty");
  expect(cleanTable({ id: 1 }, { mapping }, 2026)).toBe("it has no title");
});

test("counts what it does not understand and leaves it out", () => {
  const fields = { title: "t", year: "y", poster: "p", imdb: "i" };
  const row = { id: 1, t: " A ", y: "soon", p: "a.jpg", i: "0114709" };

  expect(cleanTable(row, { mapping: { ...mapping, fields } }, 2026)).toMatchObject({
    film: { titles: { und: "A" }, externalIds: { imdb: "tt0114709" } },
    normalised: ["title-tidied", "year-dropped", "poster-dropped", "imdb-tidied"],
  });
});

test("a mapping is checked before anything is read", () => {
  expect(faultOf(undefined)).toMatch(/needs a mapping/);
  expect(faultOf({ ...mapping, fields: { tilte: "b" } })).toMatch(
    /"tilte", which films do not have/,
  );
  expect(faultOf({ ...mapping, fields: { year: "b" } })).toMatch(/names no title/);
  expect(faultOf(mapping)).toBeUndefined();
  expect(columnsOf({ ...mapping, key: "a|b", fields: { title: "b", year: "c" } })).toEqual([
    "a",
    "b",
    "c",
  ]);
});
