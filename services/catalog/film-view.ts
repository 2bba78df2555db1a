/** How a film is shown: in the languages that the asker reads best. Pure. */
import type { Meta } from "../shared/contract.ts";
import type { Film } from "./film.contract.ts";
import type { FilmBody } from "./film.ts";

type Kept = FilmBody & { version: number; createdAt: string; updatedAt: string };

/** The only state of films that an asker may see; the house and its operators see them in all. */
export const onlyState = (caller: Meta["caller"]): "published" | undefined =>
  !caller || caller.role === "operator" || caller.role === "admin" ? undefined : "published";

const primary = (tag: string) => tag.split("-", 1)[0]?.toLowerCase();

/**
 * The tag of a text that suits best: a wanted tag itself or shortened from its end (BCP 47 lookup,
 * RFC 4647, 3.4), another of the same language, English, else the first there is.
 */
export function bestTag(tags: readonly string[], wanted: readonly string[]): string | undefined {
  for (const want of wanted) {
    const found = lookup(tags, want) ?? tags.find((tag) => primary(tag) === primary(want));
    if (found) return found;
  }
  return tags.find((tag) => primary(tag) === "en") ?? tags[0];
}

function lookup(tags: readonly string[], want: string): string | undefined {
  let range = want.toLowerCase();
  while (range !== "") {
    const found = tags.find((tag) => tag.toLowerCase() === range);
    if (found) return found;
    // A single letter only says what the subtag behind it is.
    range = range.replace(/(-[^-])?(^|-)[^-]*$/, "");
  }
  return undefined;
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
