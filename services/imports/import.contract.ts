/** The shapes of an import. */
import { z } from "zod";
import { State } from "../catalog/film.contract.ts";

export const SourceName = z.enum(["wikipedia", "movielens", "imdb", "table"]);
export const Status = z.enum(["queued", "running", "done", "failed", "cancelled"]);
export const Stage = z.enum(["waiting", "extract", "load", "index", "done"]);

/** As it is shown: what would move a terminal's cursor is not. */
export const FileName = z
  .string()
  .min(1)
  .max(300)
  .overwrite((name) => name.replace(/\p{Cc}/gu, "\ufffd"));

/** A spooled upload (`object`), or an address that the house itself reads. */
export const File = z.strictObject({
  name: FileName,
  object: z.string().max(400).optional(),
  url: z
    .url({ protocol: /^https$/ })
    .max(2000)
    .optional(),
});

/**
 * A table's columns by field of a film; `fixed` values for all rows. Keys of rows are those of the
 * data set that it names: a newer edition of a table goes by the same name, another table never.
 */
export const Mapping = z.strictObject({
  key: z.string(),
  dataset: z
    .string("a short name of the data set, such as vega-movies")
    .regex(/^[a-z0-9-]{1,40}$/, "a short name of the data set: a-z, 0-9 and -, 40 at most"),
  format: z.enum(["csv", "ndjson", "json"]).optional(),
  delimiter: z.string().length(1).optional(),
  fields: z.record(z.string(), z.string()),
  split: z.string().max(5).optional(),
  language: z.string().optional(),
  fixed: z.record(z.string(), z.unknown()).optional(),
});

export const Options = z.strictObject({
  state: State.exclude(["withdrawn"]).default("published"),
  dryRun: z.boolean().default(false),
  /** imdb: kinds of title, and how many votes a title needs. */
  titleTypes: z.array(z.string()).max(20).optional(),
  minVotes: z.int().min(0).optional(),
  mapping: Mapping.optional(),
});

const counts = {
  rows: z.int(),
  loaded: z.int(),
  merged: z.int(),
  unchanged: z.int(),
  rejected: z.int(),
};
export const Quality = z.strictObject({
  nulls: z.record(z.string(), z.int()),
  normalised: z.record(z.string(), z.int()),
  unknownGenres: z.record(z.string(), z.int()),
  duplicates: z.int(),
  near: z.int(),
  orphans: z.int(),
});

export const Import = z.strictObject({
  id: z.uuid(),
  version: z.int(),
  source: SourceName,
  files: z.array(File),
  options: Options,
  status: Status,
  stage: Stage,
  ...counts,
  /** Bytes read of all bytes, where known: what a progress bar shows. */
  bytesRead: z.int(),
  bytesTotal: z.int().nullable(),
  rowsPerSecond: z.number(),
  quality: Quality,
  error: z.string().nullable(),
  schedule: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  storedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});
export type Import = z.output<typeof Import>;
