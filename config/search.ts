/** Which engine searches. */
import { join } from "node:path";
import type { IndexDefinition, SearchEngine } from "../mixins/search/port.ts";
import { sqliteSearch } from "../mixins/search/sqlite/engine.ts";
import { env } from "./env.ts";

export const openSearch = (definition: IndexDefinition): SearchEngine =>
  sqliteSearch({ folder: join(env.house.DATA_DIR, "search"), definition });
