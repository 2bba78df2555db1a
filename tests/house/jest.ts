/**
 * Runs jest, and once more where its own process was ended by a segmentation fault: Node's vm modules,
 * by which jest loads ES modules, do that now and then (nodejs/node#43083). It is said when it happens,
 * and tests that fail are never run again.
 *
 *   node tests/house/jest.ts [what jest takes]
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const jest = fileURLToPath(new URL("../../node_modules/jest/bin/jest.js", import.meta.url));
const args = ["--experimental-vm-modules", jest, ...process.argv.slice(2)];

function run(): Promise<{ code: number | null; signal: string | null }> {
  const child = spawn(process.execPath, args, { stdio: "inherit" });
  const stop = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", stop).on("SIGINT", stop);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      process.off("SIGTERM", stop).off("SIGINT", stop);
      resolve({ code, signal });
    });
  });
}

let ended = await run();
if (ended.signal === "SIGSEGV") {
  process.stderr.write("\njest itself ended by a segmentation fault: all is run once more.\n\n");
  ended = await run();
}
process.exitCode = ended.code ?? 1;
