/** Series and their episodes: an episode has a series that there is; nothing else has one. Pure. */
import { same } from "./fields.ts";
import type { FilmBody } from "./film.ts";
import { SeriesMissing, SeriesUnfitting, SeriesUnknown } from "./problems.contract.ts";

type Placed = Pick<FilmBody, "id" | "kind" | "series">;

/** Whether a change touches what `seriesFault` looks at: an import may have left it as it is. */
export const isReplaced = (before: Placed, after: Placed): boolean =>
  before.kind !== after.kind || !same(before.series, after.series);

/** What is wrong with the place of a film in a series. @param series the film that it names */
export function seriesFault({ id, kind, series: place }: Placed, series: Placed | undefined) {
  if (kind !== "episode") return place ? SeriesUnfitting({ kind }) : undefined;
  if (!place) return SeriesMissing();
  const isThere = series?.kind === "series" && series.id !== id;
  return isThere ? undefined : SeriesUnknown({ id: place.id });
}
