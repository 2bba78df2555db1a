import { genresOf, readGenres } from "./genres.ts";

test.each([
  ["Science Fiction", ["science-fiction"]],
  ["Sci-Fi", ["science-fiction"]],
  ["Sport", ["sport"]],
  ["Sports", ["sport"]],
  ["Animated", ["animation"]],
  ["Noir", ["film-noir"]],
  ["Film-Noir", ["film-noir"]],
  ["History", ["historical"]],
  ["Children", ["family"]],
  ["Musical", ["musical"]],
  ["Romantic Comedy", ["romance", "comedy"]],
  ["Thriller/Suspense", ["thriller", "suspense"]],
  ["комедия", ["comedy"]],
  ["(no genres listed)", []],
  ["N/A", []],
])("%s is known", (name, genres) => {
  expect(genresOf(name)).toEqual(genres);
});

test("lists each genre once and names what is not known", () => {
  expect(readGenres(["Sport", "Sports", "IMAX", "constructor", "Drama"])).toEqual({
    genres: ["sport", "drama"],
    unknown: ["IMAX", "constructor"],
  });
});
