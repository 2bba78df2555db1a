/**
 * What every actor with documents is asked when the house moves. Documents travel through the
 * objects' store, never through the broker. Each is asked by the name of the actor.
 */
import { z } from "zod";
import { action } from "../../services/shared/contract.ts";

/** So long may an actor take for all of its documents. */
const timeoutMs = 3_600_000;
const silent = (summary: string) => ({ summary, timeoutMs });

/** A part of an object: documents as packed NDJSON, canonical, in the order of their ids. */
export const Part = z.strictObject({
  object: z.string(),
  start: z.int().min(0),
  end: z.int().min(0),
});

export const Written = z.strictObject({
  collection: z.string(),
  documents: z.int(),
  /** SHA-256 of the documents without what waits to be sent, a line each. */
  content: z.string(),
  /** Of the object. */
  size: z.int(),
  sha256: z.string(),
});
export const Taken = z.strictObject({
  inserted: z.int(),
  /** Were there already, under their id; they stay as they are. */
  kept: z.int(),
  /** Something unique of theirs belongs to another document: so many, and some of them. */
  refused: z.int(),
  examples: z.array(z.string()),
});
export const Compared = z.strictObject({
  same: z.int(),
  different: z.int(),
  missing: z.int(),
  /** As above, of the documents that are there, in the order of the part. */
  content: z.string(),
});

/** Writes all documents into the store under a key. */
export const documentsOut = (actor: string) =>
  action(
    `${actor}.documentsOut`,
    z.strictObject({ object: z.string() }),
    Written,
    silent("Writes its documents into an object."),
  );
/** Takes documents as they are. */
export const documentsIn = (actor: string) =>
  action(
    `${actor}.documentsIn`,
    z.strictObject({ part: Part }),
    Taken,
    silent("Takes documents of another house."),
  );
/** Reads its documents again and compares. */
export const documentsCompare = (actor: string) =>
  action(
    `${actor}.documentsCompare`,
    z.strictObject({ part: Part }),
    Compared,
    silent("Compares its documents with those of another house."),
  );
export const documentsEmpty = (actor: string) =>
  action(
    `${actor}.documentsEmpty`,
    z.strictObject({}),
    z.strictObject({ collection: z.string(), empty: z.boolean() }),
    { summary: "Whether it has no documents." },
  );
