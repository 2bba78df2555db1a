/** How a film is shown: in the languages that the asker reads best. Pure. */
import type { Film } from "./film.contract.ts";
import type { FilmBody } from "./film.ts";

type Kept = FilmBody & { version: number; createdAt: string; updatedAt: string };

/**
 * The tag of a text that suits best: a wanted tag itself, one of the same language, English, else
 * the first there is (BCP 47 lookup, RFC 4647 3.4, with the house's own last resorts).
 */
export function bestTag(tags: readonly string[], wanted: readonly string[]): string | undefined {
  const primary = (tag: string) => tag.split("-")[0]?.toLowerCase();
  for (const want of wanted) {
    const exact = tags.find((tag) => tag.toLowerCase() === want.toLowerCase());
    const kin = exact ?? tags.find((tag) => primary(tag) === primary(want));
    if (kin) return kin;
  }
  return tags.find((tag) => primary(tag) === "en") ?? tags[0];
}

/** The film as its contract says, without what is kept beside it. */
export function shown(film: Kept, languages: readonly string[] = []): Film {
  const language = bestTag(Object.keys(film.titles), languages) ?? "und";
  const extractTag = bestTag(Object.keys(film.extracts), languages);
  const extract = extractTag === undefined ? undefined : film.extracts[extractTag];
  const view: Film = {
    id: film.id,
    version: film.version,
    state: film.state,
    title: film.titles[language] ?? "",
    language,
    kind: film.kind,
    titles: film.titles,
    countries: film.countries,
    languages: film.languages,
    genres: film.genres,
    tags: film.tags,
    extracts: film.extracts,
    externalIds: film.externalIds,
    cast: film.cast,
    crew: film.crew,
    createdAt: film.createdAt,
    updatedAt: film.updatedAt,
  };
  if (extract) view.extract = extract;
  if (film.originalTitle !== undefined) view.originalTitle = film.originalTitle;
  if (film.year !== undefined) view.year = film.year;
  if (film.releaseDate !== undefined) view.releaseDate = film.releaseDate;
  if (film.runtimeMinutes !== undefined) view.runtimeMinutes = film.runtimeMinutes;
  if (film.ageRating !== undefined) view.ageRating = film.ageRating;
  if (film.poster !== undefined) view.poster = film.poster;
  if (film.votes !== undefined) view.votes = film.votes;
  if (film.series !== undefined) view.series = film.series;
  return view;
}
