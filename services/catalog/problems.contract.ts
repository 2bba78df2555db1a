/** What can be wrong with a question to the catalogue. */
import { z } from "zod";
import { problem } from "../shared/problem.ts";
import { Film, FilmId, Kind, State, Version } from "./film.contract.ts";

export const NotFound = problem(
  "FILM_NOT_FOUND",
  404,
  {
    en: "There is no film {id}. Look it up with a search.",
    ru: "Фильма {id} нет. Найдите его поиском.",
  },
  z.object({ id: z.string() }),
);
export const Stale = problem(
  "FILM_STALE",
  412,
  {
    en: "The film was changed meanwhile: it is at version {current}. Read it and edit again.",
    ru: "Фильм уже изменён: версия {current}. Прочитайте его и повторите правку.",
  },
  z.object({ current: Version, film: Film }),
);
export const StateRefused = problem(
  "FILM_STATE_REFUSED",
  409,
  {
    en: "A film that is {state} cannot be made {wanted}.",
    ru: "Из состояния {state} нельзя перейти в {wanted}.",
  },
  z.object({ state: State, wanted: State }),
);
export const Taken = problem(
  "FILM_ID_TAKEN",
  409,
  {
    en: "Another film has this external id already: {id}. Merge the two or correct the id.",
    ru: "Этот внешний идентификатор уже занят: {id}. Объедините фильмы или исправьте его.",
  },
  z.object({ id: z.string() }),
);
export const SeriesUnknown = problem(
  "FILM_SERIES_UNKNOWN",
  422,
  {
    en: "There is no series {id}. Make it first, or find it with a search of kind series.",
    ru: "Сериала {id} нет. Сначала создайте его или возьмите идентификатор из списка сериалов.",
  },
  z.object({ id: FilmId }),
);
export const SeriesMissing = problem("FILM_SERIES_MISSING", 422, {
  en: "An episode belongs to a series. Give series with id, season and number.",
  ru: "Серия относится к сериалу. Укажите series: id, season и number.",
});
export const SeriesUnfitting = problem(
  "FILM_SERIES_UNFITTING",
  422,
  {
    en: "Only an episode belongs to a series, not a {kind}. Leave series out, or edit it to null.",
    ru: "К сериалу относится только серия (episode), а не {kind}. Уберите series или задайте null.",
  },
  z.object({ kind: Kind }),
);
export const HasEpisodes = problem("FILM_HAS_EPISODES", 409, {
  en: "This series has episodes, so it stays a series. Move them to another one first.",
  ru: "У этого сериала есть серии, поэтому он остаётся сериалом. Сначала перенесите их.",
});

/** What may be wrong with the place of a film in a series. */
export const Misplaced = [SeriesUnknown, SeriesMissing, SeriesUnfitting, HasEpisodes];
export const RebuildElsewhere = problem("SEARCH_REBUILDING", 409, {
  en: "Another node builds the index already. Wait until search.stats says that it is done.",
  ru: "Индекс уже строит другой узел. Дождитесь, пока search.stats сообщит о завершении.",
});
export const SearchUnavailable = problem(
  "SEARCH_UNAVAILABLE",
  503,
  {
    en: "The search is not ready. Ask again in a few seconds.",
    ru: "Поиск не готов. Повторите через несколько секунд.",
  },
  z.object({ retryAfter: z.int().optional() }),
);
