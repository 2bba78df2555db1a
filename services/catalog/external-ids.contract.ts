/** What other catalogues call a film or a person. */
import { z } from "zod";

export const ExternalIds = z.strictObject({
  imdb: z
    .string()
    .regex(/^(tt|nm)\d{7,10}$/, "tt or nm and seven to ten digits")
    .optional(),
  tmdb: z
    .string()
    .regex(/^\d{1,10}$/, "digits")
    .optional(),
  wikipedia: z.string().trim().min(1).max(400).optional(),
  movielens: z
    .string()
    .regex(/^\d{1,10}$/, "digits")
    .optional(),
});

/** External ids that are one film's alone, the most trusted first. */
export const identifying = ["imdb", "tmdb", "movielens"] as const;

/**
 * The ids that no two films share, each with the name of its catalogue: `imdb:tt0111161`,
 * `tmdb:film/278` (TMDB numbers films, series and episodes apart), `movielens:318`.
 */
export function uniqueIds({
  kind,
  externalIds,
}: {
  kind: string;
  externalIds: z.output<typeof ExternalIds>;
}): string[] {
  const ids: string[] = [];
  for (const name of identifying) {
    const id = externalIds[name];
    if (id) ids.push(name === "tmdb" ? `tmdb:${kind}/${id}` : `${name}:${id}`);
  }
  return ids;
}
