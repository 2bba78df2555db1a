/** Which migrations of documents were done, and which are still to be. */
import { z } from "zod";
import { action } from "../shared/contract.ts";

export const Migration = z.strictObject({
  /** Whose documents. */
  actor: z.string(),
  number: z.int(),
  name: z.string(),
  /** Null where it is still to be done. */
  doneAt: z.iso.datetime().nullable(),
});

export const list = action(
  "migrations.list",
  z.strictObject({}),
  z.strictObject({ items: z.array(Migration), next: z.null() }),
  {
    summary: "The migrations of the house's documents, by actor and number.",
    route: "GET /v1/migrations",
    opens: { admin: "operator" },
  },
);
