// npm's `prepare`: builds the program after an install. npx takes this folder into its cache before it
// first runs `bijou` from here, and would have it built once more: it is built already then.
// Plain JavaScript that old Nodes read too.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const isBuilt = existsSync(new URL("../dist/cli/main.js", import.meta.url));
if (process.env.npm_command !== "exec" || !isBuilt) {
  const { status } = spawnSync("npm run build", { shell: true, stdio: "inherit" });
  process.exitCode = status ?? 1;
}
