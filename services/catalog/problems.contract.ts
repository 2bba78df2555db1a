/** What can be wrong with a question to the catalogue. */
import { z } from "zod";
import { problem } from "../shared/problem.ts";
import { Film, State, Version } from "./film.contract.ts";

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
