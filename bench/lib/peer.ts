/** The peers of benchmarks: their packages are no part of the product, npm brings them. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const peers = fileURLToPath(new URL("../peer", import.meta.url));

/**
 * The folder under os.tmpdir() in which the peers stand with their packages; another one for every
 * list of packages. It stays for the next time.
 */
export function installed(): string {
  const list = readFileSync(join(peers, "package.json"));
  const hash = createHash("sha256").update(list).digest("hex").slice(0, 12);
  const to = join(tmpdir(), `bijou-bench-peer-${hash}`);
  const done = join(to, "installed");
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(peers)) cpSync(join(peers, file), join(to, file));
  if (existsSync(done)) return to;
  process.stdout.write("npm brings the packages of the peer\n");
  const options = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", options, { cwd: to, stdio: "inherit" });
  writeFileSync(done, "");
  return to;
}
