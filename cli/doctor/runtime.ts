/** Node, the build, the embedded engines and the configuration. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Reading, variables } from "../../config/environment.ts";
import { type Check, fail, ok, warn } from "./check.ts";

/** @param version as `process.versions.node` says it */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > 24 || (major === 24 && minor >= 16);
  if (enough) return ok("node", `Node ${version}`);
  return fail(
    "node",
    `Node ${version} is too old, 24.16 is the least`,
    "Install Node 24, or: npm ci",
  );
}

export function checkBuild(root: string): Check {
  const built = existsSync(join(root, "dist", "cli", "main.js"));
  if (built) return ok("build", "dist/ is there");
  return warn("build", "dist/ is missing: production and bijou need it", "npm run build");
}

/** @param reading of the environment */
export function checkConfig(
  reading: Reading,
  env: Readonly<Record<string, string | undefined>>,
): Check {
  const names = Object.values(variables).flatMap((group) => Object.keys(group));
  const set = names.filter((name) => env[name]);
  if (!reading.ok) return fail("config", reading.report, "Correct what is named, see .env.example");
  return ok(
    "config",
    set.length > 0 ? `from the environment: ${set.join(", ")}` : "nothing is set",
  );
}

/** Of what is embedded, documents, channels and search, all that is needed is in Node itself. */
export async function checkSqlite(): Promise<Check> {
  const name = "sqlite";
  try {
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(":memory:");
    database.exec("CREATE VIRTUAL TABLE probe USING fts5(text)");
    const row = database.prepare("SELECT sqlite_version() AS version").get();
    database.close();
    return ok(name, `SQLite ${row?.version} with full-text search`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(name, `this Node has no SQLite with full-text search: ${why}`, "Install Node 24");
  }
}
