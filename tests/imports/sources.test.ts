import { gzipSync } from "node:zlib";
import { closeHouses, counts, openHouse, rejectsOf, run } from "./house.ts";

afterEach(closeHouses);

const tsv = (...rows: string[][]): Buffer => gzipSync(rows.map((row) => row.join("\t")).join("\n"));

describe("movielens", () => {
  const files = {
    // Told by their headers: the names say nothing, and some are packed.
    a: gzipSync("userId,movieId,rating,timestamp\n1,1,4.0,1\n2,1,5.0,1\n2,99,3.0,1\n3,1,9,1\n"),
    b: "userId,movieId,tag,timestamp\n1,1,Pixar,1\n2,1,pixar,1\n2,1,toys,1\n",
    c:
      "\ufeffmovieId,title,genres\r\n" +
      "1,Toy Story (1995),Adventure|Animation|Children\r\n" +
      '11,"American President, The (1995)",Comedy|IMAX\r\n' +
      '29,"City of Lost Children, The (Cité des enfants perdus, La) (1995)",Sci-Fi\r\n' +
      "40,Fawlty Towers (1975-1979),(no genres listed)\r\n" +
      "x,No Id (1990),Drama\r\n",
    d: "movieId,imdbId,tmdbId\n1,0114709,862\n11,0112346,\n98,0000001,1\n",
  };

  test("joins movies with links, ratings and tags", async () => {
    const house = await openHouse();

    const done = await run(house, "movielens", files);

    expect(counts(done)).toEqual({ rows: 6, loaded: 4, merged: 0, unchanged: 0, rejected: 2 });
    expect(done.quality).toMatchObject({ unknownGenres: { IMAX: 1 }, orphans: 2 });
    expect(house.films.film("Toy Story")).toMatchObject({
      year: 1995,
      genres: ["adventure", "animation", "family"],
      tags: ["pixar", "toys"],
      votes: { count: 2, average: 9 },
      externalIds: { movielens: "1", imdb: "tt0114709", tmdb: "862" },
    });
    expect(house.films.film("The American President").externalIds).toEqual({
      movielens: "11",
      imdb: "tt0112346",
    });
    expect(house.films.film("The City of Lost Children").originalTitle).toBe(
      "La Cité des enfants perdus",
    );
    expect(house.films.film("Fawlty Towers")).toMatchObject({
      kind: "series",
      year: 1975,
      genres: [],
    });
    expect((await rejectsOf(house, done)).map(({ file, line }) => `${file}:${line}`)).toEqual([
      "c:6",
      "a:5",
    ]);
  });

  test("runs again without effect, and needs no more than the movies", async () => {
    const house = await openHouse();
    await run(house, "movielens", files);

    const again = await run(house, "movielens", files);
    const alone = await run(house, "movielens", { movies: files.c });

    expect(counts(again)).toMatchObject({ unchanged: 4, rejected: 2 });
    expect(counts(alone)).toMatchObject({ merged: 2, unchanged: 2, rejected: 1 });
  });
});

describe("imdb", () => {
  const files = {
    basics: tsv(
      "tconst titleType primaryTitle originalTitle isAdult startYear endYear runtimeMinutes genres".split(
        " ",
      ),
      ["tt0000001", "movie", "The Mirror", "Зеркало", "0", "1975", "\\N", "107", "Biography,Drama"],
      ["tt0000002", "movie", 'Seen by "Few"', 'Seen by "Few"', "0", "1980", "\\N", "\\N", "\\N"],
      ["tt0000003", "tvSeries", "A Series", "A Series", "0", "1990", "1991", "25", "Comedy"],
      ["tt0000004", "tvEpisode", "Pilot", "Pilot", "0", "1990", "\\N", "25", "Comedy"],
      ["tt0000005", "videoGame", "A Game", "A Game", "0", "1999", "\\N", "\\N", "Action"],
      ["bad", "movie", "Nothing", "Nothing", "0", "1999", "\\N", "\\N", "Action"],
    ),
    akas: tsv(
      "titleId ordering title region language types attributes isOriginalTitle".split(" "),
      ["tt0000001", "1", "Зеркало", "RU", "\\N", "imdbDisplay", "\\N", "0"],
      ["tt0000001", "2", "The Mirror", "US", "\\N", "imdbDisplay", "\\N", "0"],
      ["tt0000001", "3", "A Working Title", "GB", "\\N", "working", "\\N", "0"],
      ["tt0000099", "1", "Of no title", "US", "\\N", "\\N", "\\N", "0"],
    ),
    crew: tsv(
      ["tconst", "directors", "writers"],
      ["tt0000001", "nm0000001", "nm0000001,nm0000002"],
    ),
    episode: tsv("tconst parentTconst seasonNumber episodeNumber".split(" "), [
      "tt0000004",
      "tt0000003",
      "1",
      "2",
    ]),
    principals: tsv(
      "tconst ordering nconst category job characters".split(" "),
      ["tt0000001", "1", "nm0000003", "actress", "\\N", '["Maria","Natalia"]'],
      ["tt0000001", "2", "nm0000004", "composer", "composer", "\\N"],
      ["tt0000001", "3", "nm0000009", "actor", "\\N", "\\N"],
      ["tt0000002", "1", "nm0000003", "actress", "\\N", "[broken"],
    ),
    ratings: tsv(
      ["tconst", "averageRating", "numVotes"],
      ["tt0000001", "8.0", "5000"],
      ["tt0000002", "5.1", "7"],
    ),
    names: tsv(
      ["nconst", "primaryName", "birthYear"],
      ["nm0000001", "Andrei Tarkovsky", "1932"],
      ["nm0000002", "Aleksandr Misharin", "1939"],
      ["nm0000003", "Margarita Terekhova", "1942"],
      ["nm0000004", "Eduard Artemev", "1937"],
      ["nm0000005", "Nobody Asked", "1900"],
    ),
  };

  test("joins its seven files; takes films unless told otherwise", async () => {
    const house = await openHouse();

    const done = await run(house, "imdb", files);

    expect(counts(done)).toEqual({ rows: 3, loaded: 2, merged: 0, unchanged: 0, rejected: 1 });
    expect(done.quality).toMatchObject({ orphans: 2, normalised: { "character-debris": 1 } });
    expect(house.films.film("The Mirror")).toMatchObject({
      kind: "film",
      titles: { ru: "Зеркало", en: "The Mirror" },
      originalTitle: "Зеркало",
      year: 1975,
      runtimeMinutes: 107,
      genres: ["biography", "drama"],
      votes: { count: 5000, average: 8 },
      cast: [{ name: "Margarita Terekhova", imdb: "nm0000003", character: "Maria / Natalia" }],
      crew: [
        { name: "Andrei Tarkovsky", job: "director" },
        { name: "Andrei Tarkovsky", job: "writer" },
        { name: "Aleksandr Misharin", job: "writer" },
        { name: "Eduard Artemev", job: "composer" },
      ],
      externalIds: { imdb: "tt0000001" },
    });
    expect(house.films.film('Seen by "Few"').titles).toEqual({ und: 'Seen by "Few"' });
  });

  test("takes the types and the votes that were asked for", async () => {
    const house = await openHouse();

    const done = await run(house, "imdb", files, { titleTypes: ["movie"], minVotes: 100 });

    expect([...house.films.kept.values()].map(({ titles }) => titles.en)).toEqual(["The Mirror"]);
    expect(counts(done)).toMatchObject({ loaded: 1 });
  });

  test("gives an episode its place in its series, also when it comes later", async () => {
    const house = await openHouse(undefined, { batchRows: 1 });

    await run(house, "imdb", files, { titleTypes: ["tvSeries", "tvEpisode"] });

    const series = house.films.film("A Series");
    expect(series.kind).toBe("series");
    expect(house.films.film("Pilot")).toMatchObject({
      kind: "episode",
      series: { id: series.id, season: 1, number: 2 },
    });
  });

  test("a rehearsal reports the same", async () => {
    const house = await openHouse();
    const options = { titleTypes: ["movie", "tvSeries", "tvEpisode"] };

    const rehearsed = await run(house, "imdb", files, { ...options, dryRun: true });
    const kept = house.films.kept.size;
    const done = await run(house, "imdb", files, options);

    expect(kept).toBe(0);
    expect(counts(rehearsed)).toEqual(counts(done));
    expect(rehearsed.quality).toEqual(done.quality);
  });
});

describe("a table", () => {
  const mapping = {
    dataset: "vega-movies",
    key: "Title|Release Date",
    fields: {
      title: "Title",
      releaseDate: "Release Date",
      genres: "Genre",
      "crew.director": "Director",
      runtimeMinutes: "Minutes",
      rating: "Rating",
      votes: "Votes",
      ageRating: "MPAA",
    },
    language: "en",
    split: "/",
    fixed: { countries: ["US"] },
  };
  const rows = [
    {
      Title: "The Land Girls",
      "Release Date": "Jun 12 1998",
      Genre: "Drama",
      Director: null,
      Minutes: 111,
      Rating: 6.1,
      Votes: 1071,
      MPAA: "R",
    },
    {
      Title: 1776,
      "Release Date": "Nov 09 1972",
      Genre: "Concert/Performance",
      Director: "P. Hunt",
      Minutes: null,
      Rating: null,
      Votes: null,
      MPAA: "G",
    },
    {
      Title: "Far Away",
      "Release Date": "Jan 01 2099",
      Genre: "Nonsense",
      Director: null,
      Minutes: 0,
      Rating: 60,
      Votes: 3,
      MPAA: null,
    },
  ];
  const cells = (row: object) =>
    Object.values(row)
      .map((value) => value ?? "")
      .join(";");
  const forms: Record<string, string> = {
    "a JSON array": JSON.stringify(rows, null, 2),
    NDJSON: rows.map((row) => JSON.stringify(row)).join("\n"),
    CSV: [Object.keys(rows[0] ?? {}).join(";"), ...rows.map(cells)].join("\r\n"),
  };

  test.each(Object.keys(forms))("as %s is read by its mapping", async (form) => {
    const house = await openHouse();

    const done = await run(house, "table", { films: forms[form] ?? "" }, { mapping });

    expect(counts(done)).toEqual({ rows: 3, loaded: 3, merged: 0, unchanged: 0, rejected: 0 });
    expect(house.films.film("The Land Girls")).toMatchObject({
      titles: { en: "The Land Girls" },
      year: 1998,
      releaseDate: "1998-06-12",
      runtimeMinutes: 111,
      genres: ["drama"],
      countries: ["US"],
      ageRating: "R",
      votes: { count: 1071, average: 6.1 },
    });
    expect(house.films.film("1776").crew).toMatchObject([{ name: "P. Hunt", job: "director" }]);
    expect(house.films.film("Far Away").year).toBeUndefined();
    expect(done.quality.unknownGenres).toEqual({ Nonsense: 1 });
    expect(done.quality.normalised).toMatchObject({
      "rating-dropped": 1,
      "runtimeMinutes-dropped": 1,
    });
  });

  test("of another data set with the same keys is other films", async () => {
    const house = await openHouse();
    const keyed = { key: "id", fields: { title: "title" } };
    const take = (dataset: string, text: string) =>
      run(house, "table", { films: text }, { mapping: { ...keyed, dataset } });
    await take("soviet", "id,title\n1,Stalker\n2,Solaris\n");

    const other = await take("french", "id,title\n1,Alphaville\n2,Playtime\n");
    const again = await take("soviet", "id,title\n1,Stalker\n2,The Mirror\n");

    expect(counts(other)).toMatchObject({ loaded: 2, merged: 0 });
    expect(counts(again)).toMatchObject({ unchanged: 1, merged: 1 });
    expect([...house.films.kept.values()].map(({ titles }) => titles.und).toSorted()).toEqual([
      "Alphaville",
      "Playtime",
      "Stalker",
      "The Mirror",
    ]);
  });

  test("is taken in anew when its mapping changes, and as a draft where asked", async () => {
    const house = await openHouse();
    const films = forms.NDJSON ?? "";
    await run(house, "table", { films }, { mapping, state: "draft" });

    const { ageRating: _, ...fewer } = mapping.fields;
    const again = await run(house, "table", { films }, { mapping: { ...mapping, fields: fewer } });

    expect(house.films.film("1776").state).toBe("draft");
    expect(counts(again)).toMatchObject({ merged: 3, unchanged: 0 });
  });
});
