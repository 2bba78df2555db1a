import { isReplaced, seriesFault } from "./series.ts";

const peaks = { id: "peaks", kind: "series" as const };
const place = { id: "peaks", season: 1, number: 1 };

test.each([
  ["an episode of a series", { kind: "episode", series: place }, peaks, undefined],
  ["an episode of nothing", { kind: "episode" }, undefined, "FILM_SERIES_MISSING"],
  ["an episode of none", { kind: "episode", series: place }, undefined, "FILM_SERIES_UNKNOWN"],
  [
    "an episode of a film",
    { kind: "episode", series: place },
    { ...peaks, kind: "film" },
    "FILM_SERIES_UNKNOWN",
  ],
  [
    "an episode of itself",
    { id: "peaks", kind: "episode", series: place },
    peaks,
    "FILM_SERIES_UNKNOWN",
  ],
  ["a film", { kind: "film" }, undefined, undefined],
  ["a film of a series", { kind: "film", series: place }, peaks, "FILM_SERIES_UNFITTING"],
  ["a series of a series", { kind: "series", series: place }, peaks, "FILM_SERIES_UNFITTING"],
] as const)("%s", (_, film, series, fault) => {
  expect(seriesFault({ id: "x", ...film }, series)?.type).toBe(fault);
});

test("an edit of something else does not touch the place", () => {
  const episode = { id: "x", kind: "episode" as const, series: place };

  expect(isReplaced(episode, { ...episode, series: { ...place } })).toBe(false);
  expect(isReplaced(episode, { ...episode, series: { ...place, number: 2 } })).toBe(true);
  expect(isReplaced(episode, { ...episode, kind: "film" })).toBe(true);
});
