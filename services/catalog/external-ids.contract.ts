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
