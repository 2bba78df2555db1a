/** The shapes of the catalogue, shared by the contracts of its actors. */
import { z } from "zod";
import { Cast, CastDraft, Crew, CrewDraft } from "./credits.contract.ts";
import { ExternalIds } from "./external-ids.contract.ts";
import { genreIds } from "./genres.contract.ts";

export const Kind = z.enum(["film", "series", "episode"]);
export const State = z.enum(["draft", "published", "withdrawn"]);
export const Genre = z.enum(genreIds);
export const FilmId = z.uuid().meta({ examples: ["0192f3a0-7c1e-7b60-9d55-3a1c0f7e2b11"] });
export const Version = z.int().min(1);

/** BCP 47: `en`, `ru`, `zh-Hant`; `und` where the source does not say. */
export const LanguageTag = z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, "a language tag");
export const Year = z.int().min(1870).max(2100);
const Text = (max: number) => z.string().trim().min(1).max(max);

/** Where a text came from; shown wherever the text is. */
export const Attribution = z.strictObject({
  source: Text(100),
  license: Text(100).optional(),
  url: z.url().max(2000).optional(),
});
export const Extract = z.strictObject({
  text: Text(20_000),
  attribution: Attribution.optional(),
});

/** By language tag. Together bounded, so that any film goes over the wire in one message. */
const mostLetters = 60_000;
const Extracts = z.record(LanguageTag, Extract).refine((extracts) => {
  const letters = Object.values(extracts).reduce((sum, { text }) => sum + text.length, 0);
  return letters <= mostLetters;
}, `at most ${mostLetters} letters in all languages together`);

/** Votes on a scale of 0 to 10. */
export const Votes = z.strictObject({
  count: z.int().min(0),
  average: z.number().min(0).max(10),
});
export const SeriesPlace = z.strictObject({
  id: FilmId,
  season: z.int().min(0).max(1000),
  number: z.int().min(0).max(100_000),
});

const base = {
  kind: Kind,
  /** By language tag; at least one. */
  titles: z.record(LanguageTag, Text(500)).refine((t) => Object.keys(t).length > 0, "one title"),
  originalTitle: Text(500).optional(),
  year: Year.optional(),
  releaseDate: z.iso.date().optional(),
  runtimeMinutes: z.int().min(1).max(100_000).optional(),
  countries: z.array(z.string().regex(/^[A-Z]{2}$/, "ISO 3166-1, two letters")).max(50),
  languages: z.array(LanguageTag).max(50),
  genres: z.array(Genre).max(30),
  tags: z.array(Text(100)).max(50),
  ageRating: Text(20).optional(),
  extracts: Extracts,
  poster: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  externalIds: ExternalIds,
  votes: Votes.optional(),
  series: SeriesPlace.optional(),
};

/** What an editor or an import gives. */
export const FilmDraft = z.strictObject({
  ...base,
  kind: Kind.default("film"),
  countries: base.countries.default([]),
  languages: base.languages.default([]),
  genres: base.genres.default([]),
  tags: base.tags.default([]),
  extracts: base.extracts.default({}),
  externalIds: ExternalIds.default({}),
  cast: z.array(CastDraft).max(500).default([]),
  crew: z.array(CrewDraft).max(500).default([]),
});
export type FilmDraft = z.output<typeof FilmDraft>;

const orNull = <T extends z.ZodType>(field: z.ZodOptional<T>) => field.unwrap().nullable();

/** An edit: only what is named changes; null empties a field that a film can be without. */
export const FilmChanges = z
  .strictObject({
    ...base,
    originalTitle: orNull(base.originalTitle),
    year: orNull(base.year),
    releaseDate: orNull(base.releaseDate),
    runtimeMinutes: orNull(base.runtimeMinutes),
    ageRating: orNull(base.ageRating),
    poster: orNull(base.poster),
    votes: orNull(base.votes),
    series: orNull(base.series),
    cast: z.array(CastDraft).max(500),
    crew: z.array(CrewDraft).max(500),
  })
  .partial();
export type FilmChanges = z.output<typeof FilmChanges>;

/** What is kept. `title`, `extract` and `language` are those that the asker reads best. */
export const Film = z.strictObject({
  id: FilmId,
  version: Version,
  state: State,
  title: z.string(),
  language: LanguageTag,
  extract: Extract.optional(),
  ...base,
  cast: z.array(Cast),
  crew: z.array(Crew),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Film = z.output<typeof Film>;
