/**
 * The sizes at which we stop and split (docs/architecture.md): lines of a file by its role, files in
 * a context, files in `shared`. Run by `npm run check`; exits 1 and names what is too large.
 * The length of functions is the linter's.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export interface SourceFile {
  path: string;
  lines: number;
}

const linesByRole: readonly (readonly [RegExp, number])[] = [
  [/\.(spec|test)\.tsx?$/, Number.POSITIVE_INFINITY],
  [/^services\/.*\.service\.ts$/, 200],
  [/^services\/.*\.contract\.ts$/, 120],
  [/^cli\/commands\//, 60],
  [/^(services|mixins|config|cli)\//, 150],
];
const mostFilesInContext = 30;
const mostFilesInShared = 8;

const isSpec = ({ path }: SourceFile) => /\.spec\.tsx?$/.test(path);

/** What is too large, a sentence each. */
export function tooLarge(files: readonly SourceFile[]): string[] {
  const faults: string[] = [];
  for (const { path, lines } of files) {
    const most = linesByRole.find(([role]) => role.test(path))?.[1] ?? Number.POSITIVE_INFINITY;
    if (lines > most) faults.push(`${path} has ${lines} lines; split it at ${most}`);
  }
  const contexts = Map.groupBy(
    files.filter((file) => !isSpec(file) && /^services\/[^/]+\//.test(file.path)),
    ({ path }) => path.split("/")[1] ?? "",
  );
  for (const [context, { length }] of contexts) {
    const most = context === "shared" ? mostFilesInShared : mostFilesInContext;
    if (length > most) faults.push(`services/${context} has ${length} files; the most are ${most}`);
  }
  return faults;
}

/** The project's TypeScript, whether committed yet or not. */
export function sources(root: string): SourceFile[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts", "*.tsx"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed
    .split("\n")
    .filter(Boolean)
    .flatMap((path) => {
      try {
        const text = readFileSync(`${root}/${path}`, "utf8");
        return [{ path, lines: text.split("\n").length - 1 }];
      } catch {
        return []; // removed, but not committed yet
      }
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const faults = tooLarge(sources(fileURLToPath(new URL("../..", import.meta.url))));
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  process.exit(faults.length > 0 ? 1 : 0);
}
