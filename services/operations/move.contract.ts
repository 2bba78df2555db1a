/** A backup or a restore, as it is shown. */
import { z } from "zod";

export const Collection = z.strictObject({
  collection: z.string(),
  documents: z.int(),
  /** SHA-256 over the documents, the same from every engine. */
  content: z.string(),
  /** Of a restore: what became of the documents, and what is there when they are read again. */
  inserted: z.int().optional(),
  kept: z.int().optional(),
  refused: z.int().optional(),
  examples: z.array(z.string()).optional(),
  same: z.int().optional(),
  restored: z.string().optional(),
});

export const Move = z.strictObject({
  id: z.uuid(),
  kind: z.enum(["backup", "restore"]),
  status: z.enum(["running", "done", "failed"]),
  stage: z.enum(["documents", "objects", "check", "load", "compare", "index", "end"]),
  /** Of the stage: bytes, documents or objects. */
  done: z.int(),
  total: z.int(),
  collections: z.array(Collection),
  objects: z.strictObject({ count: z.int(), bytes: z.int(), kept: z.int() }),
  /** Of the archive, bytes. */
  size: z.int(),
  /** What a person should know, a sentence each. */
  notes: z.array(z.string()),
  error: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Move = z.output<typeof Move>;
