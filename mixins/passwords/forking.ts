/** The process that hashes: how it begins, what it is asked and answers. */
import { type ChildProcess, fork } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Cost } from "./phc.ts";

/** What a child is asked. */
export interface Job {
  id: number;
  password: Buffer;
  salt: Buffer;
  cost: Cost;
  /** Bytes of the hash. */
  length: number;
  /** Whether the child rests behind it for as long as it took. */
  rests: boolean;
}
export interface Answer {
  id: number;
  hash: Uint8Array;
}

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
