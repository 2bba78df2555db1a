/**
 * Says which specs have run on which engine, from what jest has written of a run, and fails where one
 * was skipped: `node tests/infra/report.ts results.json`.
 */
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** How the text of a spec, or of what it imports beside itself, names what it runs on. */
const engines: Readonly<Record<string, RegExp>> = {
  nats: /NATS_(URL|SERVER)/,
  redis: /REDIS_(STORE_)?URL|redis-server/,
  elastic: /ELASTIC_URL/,
  s3: /S3_ENDPOINT|S3_\$/,
  mongo: /MONGO_URL/,
  postgres: /POSTGRES_URL|OwnPostgres/,
  nginx: /nginx/,
};

interface Spec {
  name: string;
  status: string;
  assertionResults: { status: string }[];
}

/** A file and those of the tests that it imports; not that which shuts all engines out by name. */
function textOf(file: string, known = new Set<string>()): string {
  if (known.has(file) || file.endsWith("house/process.ts")) return "";
  known.add(file);
  const text = readFileSync(file, "utf8");
  const near = [...text.matchAll(/from "(\.{1,2}\/(?!\.\.)[^"]+\.ts)"/g)];
  return text + near.map(([, path = ""]) => textOf(join(dirname(file), path), known)).join("");
}

export function lineOf({ name, status, assertionResults }: Spec): string {
  const text = textOf(name);
  // Journeys go through four processes, once with documents in PostgreSQL and once in MongoDB.
  const on = /\/(journeys|attacks)\//.test(name)
    ? ["four processes", "all"]
    : Object.keys(engines).filter((engine) => engines[engine]?.test(text));
  const count = (wanted: string) => assertionResults.filter((one) => one.status === wanted).length;
  const skipped = assertionResults.length - count("passed") - count("failed");
  const told = [`${count("passed")} passed`];
  if (count("failed") > 0) told.push(`${count("failed")} failed`);
  if (skipped > 0) told.push(`${skipped} SKIPPED`);
  if (status === "failed" && count("failed") === 0) told.push("did not run");
  return `${basename(name).padEnd(44)} ${(on.join(", ") || "-").padEnd(24)} ${told.join(", ")}`;
}

const [, , file = ""] = process.argv;
const { testResults } = JSON.parse(readFileSync(file, "utf8")) as { testResults: Spec[] };
const lines = testResults.map(lineOf).toSorted();
process.stdout.write(`\nspecs, and the engines that they ran on:\n\n${lines.join("\n")}\n`);
if (lines.some((line) => line.includes("SKIPPED"))) process.exitCode = 1;
