/** How well films are found by the embedded engine; the one in a cluster is judged in tests/infra. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sqliteSearch } from "../../mixins/search/sqlite/engine.ts";
import { filmIndex } from "../../services/catalog/film-index.ts";
import { judging } from "./judging.ts";

describe("the embedded engine", () =>
  judging(() => {
    const folder = mkdtempSync(join(tmpdir(), "bijou-relevance-"));
    return {
      engine: sqliteSearch({ folder, definition: filmIndex }),
      dispose: async () => rmSync(folder, { recursive: true }),
    };
  }));
