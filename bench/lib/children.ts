/**
 * The processes of a bench: each on the core it is given, talking to the bench over its channel. They
 * end when the bench does.
 */
import { type ChildProcess, type Serializable, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export const [serverCore, loadCore] = ["0", "1"];

/** A script of the benches by its path in `bench/`. */
export const script = (path: string): string =>
  fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * Starts a script; of what it prints only errors are shown.
 *
 * @param core the only core it may use, where it is given
 * @param env beside the environment of the bench
 */
export function begin(
  file: string,
  args: readonly string[] = [],
  { core, env = {} }: { core?: string | undefined; env?: Record<string, string> } = {},
): ChildProcess {
  const words = [file, ...args];
  const [program, given] = core
    ? ["taskset", ["-c", core, process.execPath, ...words]]
    : [process.execPath, words];
  return spawn(program, given, {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, ...env },
  });
}

/** What it says next. Throws where it ends instead. */
export async function said<T>(child: ChildProcess): Promise<T> {
  const heard = new AbortController();
  const { signal } = heard;
  const gone = once(child, "exit", { signal }).then(() => {
    throw new Error(`A process of the bench has ended: ${child.spawnargs.join(" ")}`);
  });
  const [first] = await Promise.race([once(child, "message", { signal }), gone]).finally(() =>
    heard.abort(),
  );
  return first as T;
}

/** What it answers. */
export async function asked<T>(child: ChildProcess, question: Serializable): Promise<T> {
  const answer = said<T>(child);
  child.send(question);
  return answer;
}

/** Lets go of it, which ends it, and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
  if (!child.connected) return;
  const gone = once(child, "exit");
  child.disconnect();
  await gone;
}
