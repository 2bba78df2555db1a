import { Film, FilmDraft } from "./film.contract.ts";
import { made } from "./film.ts";
import { bestTag, onlyState, shown } from "./film-view.ts";

const hand = { by: "house", time: "2026-01-01T00:00:00.000Z" };
const id = "0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11";

const kept = (draft: object) => ({
  ...made(FilmDraft.parse(draft), id, "draft", hand),
  version: 1,
  createdAt: hand.time,
  updatedAt: hand.time,
});

test.each([
  // the tag itself, whatever its case
  [["en", "pt-BR"], ["pt-br"], "pt-BR"],
  // shortened from the end, before others of the language
  [["zh-Hans", "zh-Hant"], ["zh-Hant-TW"], "zh-Hant"],
  [["en-GB", "en"], ["en-US"], "en"],
  [["zh-Hans", "zh"], ["zh-x-private"], "zh"],
  // another of the language
  [["en", "pt-BR"], ["pt-PT"], "pt-BR"],
  [["en", "pt-BR"], ["pt"], "pt-BR"],
  // the first wanted language that there is
  [["ru", "fr"], ["de", "fr-CA", "ru"], "fr"],
  // nothing wanted is there: English, else the first
  [["ru", "en-GB"], ["de"], "en-GB"],
  [["und", "ru"], ["de"], "und"],
  [["ru", "en"], [], "en"],
  // a language is not the beginning of another's name
  [["fil", "en"], ["fi"], "en"],
])("of %j one who reads %j gets %s", (tags, wanted, best) => {
  expect(bestTag(tags, wanted)).toBe(best);
});

test("has no tag where there is no text", () => {
  expect(bestTag([], ["en"])).toBeUndefined();
});

test("shows title and extract in the language that suits best, each by itself", () => {
  const film = kept({
    titles: { en: "Solaris", ru: "Солярис" },
    extracts: { en: { text: "A planet." } },
  });

  expect(shown(film, ["ru"])).toMatchObject({
    title: "Солярис",
    language: "ru",
    extract: { text: "A planet." },
    titles: { en: "Solaris", ru: "Солярис" },
  });
  expect(shown(film)).toMatchObject({ title: "Solaris", language: "en" });
});

test("shows what the contract says and nothing that is kept beside it", () => {
  const sparse = kept({ titles: { und: "?" } });
  const full = kept({
    kind: "episode",
    titles: { en: "Pilot" },
    originalTitle: "Pilot",
    year: 1990,
    releaseDate: "1990-04-08",
    runtimeMinutes: 94,
    countries: ["US"],
    languages: ["en"],
    genres: ["mystery"],
    tags: ["small town"],
    ageRating: "16",
    extracts: { en: { text: "A body.", attribution: { source: "Wikipedia" } } },
    poster: "https://example.org/p.jpg",
    externalIds: { imdb: "tt0278784" },
    votes: { count: 10, average: 8.9 },
    series: { id, season: 1, number: 1 },
    cast: [{ name: "Kyle MacLachlan", character: "Dale Cooper" }],
    crew: [{ name: "David Lynch", job: "director" }],
  });
  const withMore = { ...full, outbox: [], claims: ["films.create:k"] };

  expect(Film.parse(shown(sparse))).toEqual(shown(sparse));
  expect(Film.parse(shown(withMore))).toEqual(shown(full));
  expect(Object.keys(shown(full))).toHaveLength(Object.keys(Film.shape).length);
});

test("lets only the house and its operators see what is not published", () => {
  const by = (role: "guest" | "viewer" | "seller" | "operator" | "admin") =>
    onlyState({ id: "x", role, door: "public" });

  expect([onlyState(undefined), by("operator"), by("admin")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([by("guest"), by("viewer"), by("seller")]).toEqual([
    "published",
    "published",
    "published",
  ]);
});
