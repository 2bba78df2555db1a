import { collection, type Stored } from "../../mixins/documents/collection.ts";
import type { ImportState } from "./import-state.ts";

/** An import as it is kept. */
export type ImportDocument = ImportState & Stored;

export const importsCollection = collection<ImportDocument>({
  name: "imports",
  indexes: { status: {}, createdAt: { sorts: true }, scheduled: {}, repeats: {} },
});
