/** The fuzzer: schemathesis of one version, in a virtualenv of its own that is made when missing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const version = "4.32.5";
const home = join(tmpdir(), `bijou-schemathesis-${version}`);
const program = join(home, "bin/schemathesis");
const hooks = fileURLToPath(new URL(".", import.meta.url));
const config = join(hooks, "schemathesis.toml");

/** Runs a program to its end, shows what it says, and gives that with its exit code. */
async function run(command: string, args: string[], cwd = tmpdir()) {
  const child = spawn(command, args, {
    cwd,
    env: {
      ...process.env,
      SCHEMATHESIS_HOOKS: "hooks",
      PYTHONPATH: hooks,
      PYTHONDONTWRITEBYTECODE: "1",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    process.stdout.write(text);
  });
  const [code] = (await once(child, "close")) as [number | null];
  return { ok: code === 0, said };
}

/** Installs the fuzzer where it is not. @throws if that fails: Python 3.10 and PyPI are wanted */
export async function install(): Promise<void> {
  if (existsSync(program)) return;
  const made = await run("python3", ["-m", "venv", home]);
  const pip = join(home, "bin/pip");
  const wanted = ["install", "--quiet", `schemathesis==${version}`];
  if (!made.ok || !(await run(pip, wanted)).ok) {
    throw new Error(`schemathesis ${version} was not installed: see above what python3 said.`);
  }
}

const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_schema_conformance",
  "response_headers_conformance",
  "negative_data_rejection",
  "missing_required_header",
  "unsupported_method",
  "allow_header_conformance",
  "ignored_auth",
  "use_after_free",
];

export interface Run {
  /** Where the door is. */
  url: string;
  /** The document as it is fuzzed, in a file. */
  document: string;
  headers: Record<string, string>;
  seconds: number;
  seed: number;
  /** Paths that are not asked. */
  without: readonly string[];
}

/** Fuzzes one door: its failures are printed with how to see them again. */
export async function fuzz(one: Run): Promise<{ ok: boolean; cases: number }> {
  const { ok, said } = await run(
    program,
    [
      ...[
        "--config-file",
        config,
        "run",
        one.document,
        "--url",
        one.url,
        "--checks",
        checks.join(","),
      ],
      ...["--max-time", String(one.seconds), "--seed", String(one.seed), "--continue-on-failure"],
      ...["--workers", "1", "--warnings", "off", "--suppress-health-check", "all"],
      ...["--generation-database", "none", "--request-timeout", "30", "--no-color"],
      ...["--output-sanitize", "false"],
      ...Object.entries(one.headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
      ...one.without.flatMap((path) => ["--exclude-path", path]),
    ],
    home,
  );
  return { ok, cases: Number(/(\d+) generated/.exec(said)?.[1] ?? 0) };
}
