/** Which engine searches. */
import { join } from "node:path";
import type { IndexDefinition, SearchEngine } from "../mixins/search/port.ts";
import { sqliteSearch } from "../mixins/search/sqlite/engine.ts";
import { keeps } from "./embedded.ts";
import { env } from "./env.ts";

export function openSearch(definition: IndexDefinition): SearchEngine {
  keeps("search", definition.name);
  return sqliteSearch({ folder: join(env.house.DATA_DIR, "search"), definition });
}
