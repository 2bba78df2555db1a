/** Who took part in a film. */
import { z } from "zod";

export const PersonId = z.uuid();

/** One place in the cast or crew; `person` is found from the ids or the name when not given. */
export const CastDraft = z.strictObject({
  name: z.string().trim().min(1).max(200),
  person: PersonId.optional(),
  imdb: z
    .string()
    .regex(/^nm\d{7,10}$/)
    .optional(),
  character: z.string().trim().min(1).max(300).optional(),
});
export const CrewDraft = CastDraft.omit({ character: true }).extend({
  job: z.string().trim().min(1).max(100),
});
export const Cast = CastDraft.required({ person: true });
export const Crew = CrewDraft.required({ person: true });
