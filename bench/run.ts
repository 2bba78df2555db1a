/** All benchmarks, one after another. One alone: `node bench/import.ts`. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const all = ["kernel", "gateway", "search", "import", "start", "accounts", "sockets"];

for (const name of all) {
  process.stdout.write(`\n== ${name}\n`);
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const flags = ["--disable-warning=ExperimentalWarning", script];
  const { status } = spawnSync(process.execPath, flags, { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
