/** Names of genres as sources write them, and what they are in the controlled list. */
import { genreIds } from "../catalog/genres.contract.ts";

export type GenreId = (typeof genreIds)[number];

const synonyms: Record<string, GenreId[]> = {
  "action-adventure": ["action", "adventure"],
  animated: ["animation"],
  anime: ["animation"],
  "anime-animation": ["animation"],
  bio: ["biography"],
  biographical: ["biography"],
  biopic: ["biography"],
  "black-comedy": ["comedy", "satire"],
  cartoon: ["animation"],
  children: ["family"],
  childrens: ["family"],
  "children-s": ["family"],
  comedies: ["comedy"],
  "comedy-drama": ["comedy", "drama"],
  concert: ["performance", "music"],
  "concert-performance": ["performance", "music"],
  "coming-of-age": ["teen"],
  "crime-drama": ["crime", "drama"],
  "dark-comedy": ["comedy", "satire"],
  docu: ["documentary"],
  documentaries: ["documentary"],
  dramas: ["drama"],
  dramedy: ["comedy", "drama"],
  espionage: ["spy"],
  gameshow: ["game-show"],
  "historical-drama": ["historical", "drama"],
  history: ["historical"],
  indie: ["independent"],
  kids: ["family"],
  "kung-fu": ["martial-arts"],
  "live-performance": ["performance"],
  liveaction: ["live-action"],
  "martial-art": ["martial-arts"],
  "mock-documentary": ["satire"],
  musicals: ["musical"],
  noir: ["film-noir"],
  politics: ["political"],
  reality: ["reality-tv"],
  "rom-com": ["romance", "comedy"],
  romantic: ["romance"],
  "romantic-comedy": ["romance", "comedy"],
  "romantic-drama": ["romance", "drama"],
  "sci-fi": ["science-fiction"],
  "science-fiction-fantasy": ["science-fiction", "fantasy"],
  scifi: ["science-fiction"],
  "screwball-comedy": ["comedy"],
  "short-film": ["short"],
  shorts: ["short"],
  "silent-film": ["silent"],
  sports: ["sport"],
  "stand-up": ["performance", "comedy"],
  "super-hero": ["superhero"],
  suspenseful: ["suspense"],
  talkshow: ["talk-show"],
  "thriller-suspense": ["thriller", "suspense"],
  thrillers: ["thriller"],
  "war-film": ["war"],
  westerns: ["western"],
  анимация: ["animation"],
  биография: ["biography"],
  боевик: ["action"],
  вестерн: ["western"],
  военный: ["war"],
  детектив: ["mystery"],
  документальный: ["documentary"],
  драма: ["drama"],
  исторический: ["historical"],
  комедия: ["comedy"],
  криминал: ["crime"],
  мелодрама: ["romance", "drama"],
  мультфильм: ["animation"],
  мюзикл: ["musical"],
  приключения: ["adventure"],
  семейный: ["family"],
  триллер: ["thriller"],
  ужасы: ["horror"],
  фантастика: ["science-fiction"],
  фэнтези: ["fantasy"],
};

/** What says that a source knows no genre. */
const none = new Set(["", "no-genres-listed", "n-a", "none", "unknown", "other", "n"]);

const known = new Map<string, readonly GenreId[]>([
  ...genreIds.map((id): [string, readonly GenreId[]] => [id, [id]]),
  ...Object.entries(synonyms),
]);

/** Remembers spellings already seen; bounded, since the names come from outside. */
const remembered = new Map<string, readonly GenreId[] | undefined>();

function look(name: string): readonly GenreId[] | undefined {
  const slug = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
  return none.has(slug) ? [] : known.get(slug);
}

/**
 * The genres that a name stands for: several for "Romantic Comedy", none for "(no genres listed)".
 *
 * @returns undefined for a name that is not known
 */
export function genresOf(name: string): readonly GenreId[] | undefined {
  if (remembered.has(name)) return remembered.get(name);
  const found = look(name);
  if (remembered.size < 1000) remembered.set(name, found);
  return found;
}

/** The genres of a list of names, each once, and the names that are not known. */
export function readGenres(names: readonly string[]): { genres: GenreId[]; unknown: string[] } {
  const genres = new Set<GenreId>();
  const unknown: string[] = [];
  for (const name of names) {
    const ids = genresOf(name);
    if (!ids) unknown.push(name.slice(0, 100));
    else for (const id of ids) genres.add(id);
  }
  return { genres: [...genres], unknown };
}
