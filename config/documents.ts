/** Which engine keeps the documents. */
import { join } from "node:path";
import type { Collection, Stored } from "../mixins/documents/collection.ts";
import type { Engine } from "../mixins/documents/engine.ts";
import { NedbEngine } from "../mixins/documents/nedb.ts";
import { env } from "./env.ts";

export const openEngine = <D extends Stored>(
  of: Collection<D>,
  warn: (text: string) => void,
): Engine<D> => new NedbEngine(of, join(env.house.DATA_DIR, "documents", `${of.name}.db`), warn);
