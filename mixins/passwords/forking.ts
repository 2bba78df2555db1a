/** The process that hashes, begun. */
import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(
  new URL(`./argon2.child${extname(fileURLToPath(import.meta.url))}`, import.meta.url),
);

/** @returns undefined where the machine has none to give: no memory or descriptors are left */
export function forked(): ChildProcess | undefined {
  try {
    const child = fork(script, {
      serialization: "advanced",
      execArgv: ["--disable-warning=ExperimentalWarning"],
      env: {},
    });
    // Heard by nobody else where there is no channel, and fatal then.
    child.on("error", () => undefined);
    return child.channel ? child : undefined;
  } catch {
    return undefined;
  }
}
