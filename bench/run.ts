/**
 * All benchmarks, one after another, whatever one of them says; exits 1 where one has missed its bar.
 * One alone: `node bench/import.ts`.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const all: readonly string[][] = [
  ["kernel"],
  ["gateway"],
  // Signed in too, before the films of a real house.
  ["gateway", "9", "3", "house"],
  ["nest"],
  ["search"],
  ["import"],
  ["start"],
  ["accounts"],
  ["reads"],
  ["sockets"],
  ["jetstream"],
  ["remote"],
  ["remote-read"],
  ["elastic"],
  ["postgres"],
];

/** What needs an engine, and the variable that names it. */
const needs: Readonly<Record<string, string>> = {
  jetstream: "NATS_URL",
  remote: "NATS_URL",
  "remote-read": "NATS_URL",
  elastic: "ELASTIC_URL",
  postgres: "POSTGRES_URL",
};

const missed: string[] = [];
for (const [name = "", ...given] of all) {
  const title = [name, ...given].join(" ");
  process.stdout.write(`\n== ${title}\n`);
  const need = needs[name];
  if (need && !process.env[need]) {
    process.stdout.write(`not run: ${need} is not set\n`);
    continue;
  }
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const flags = ["--disable-warning=ExperimentalWarning", script, ...given];
  const { status } = spawnSync(process.execPath, flags, { stdio: "inherit" });
  if (status !== 0) missed.push(title);
}
if (missed.length > 0) {
  process.stdout.write(`\nmissed or failed: ${missed.join(", ")}\n`);
  process.exitCode = 1;
}
