/** Which engine searches, and the figures that a node shows of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { elasticSearch } from "../mixins/search/elastic/engine.ts";
import { showProgress } from "../mixins/search/figures.ts";
import type { IndexDefinition, SearchEngine } from "../mixins/search/port.ts";
import type { Progress } from "../mixins/search/progress.ts";
import { sqliteSearch } from "../mixins/search/sqlite/engine.ts";
import { keeps } from "./embedded.ts";
import { env } from "./env.ts";
import { metrics } from "./observing.ts";
import { breakers } from "./resilience.ts";

const { ELASTIC_URL, ELASTIC_API_KEY, ELASTIC_CA } = env.search;

export function openSearch(definition: IndexDefinition): SearchEngine {
  if (!ELASTIC_URL) {
    keeps("search", definition.name);
    return sqliteSearch({ folder: join(env.house.DATA_DIR, "search"), definition });
  }
  const breaker = breakers.of("elasticsearch");
  return elasticSearch({
    url: ELASTIC_URL,
    apiKey: ELASTIC_API_KEY,
    ca: ELASTIC_CA && readFileSync(ELASTIC_CA, "utf8"),
    // The indices of the houses that share a server.
    prefix: env.house.NAMESPACE || "bijou",
    definition,
    guard: (task) => breaker.run(task),
  });
}

/** Shows on this node how far its index is behind. */
export const watchIndex = (progress: Progress): void => showProgress(metrics.registry, progress);
