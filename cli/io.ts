/** The world of one run of `bijou`, as arguments: tests give another one. */
import type { Command } from "commander";
import { type Client, createClient } from "./client.ts";
import { createOutput, type Output, type Sink } from "./output.ts";
import { type GlobalOptions, resolveSettings } from "./settings.ts";

export interface Io {
  /** What stands behind `bijou`. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  /** The folder of the package. */
  root: string;
  stdin: NodeJS.ReadStream;
  stdout: Sink;
  stderr: Sink;
  /** Calls back on SIGINT and SIGTERM; answers how to stop listening. */
  onSignal(heard: (signal: "SIGINT" | "SIGTERM") => void): () => void;
}

export interface Session {
  io: Io;
  out: Output;
  options: GlobalOptions;
  /** The admin door, by --url, --context, the environment or the config file. */
  connect(): Promise<Client>;
}

/** What every command begins with. */
export type Open = (command: Command) => Session;

export const opener =
  (io: Io): Open =>
  (command) => {
    const options = command.optsWithGlobals<GlobalOptions>();
    const out = createOutput(io, options.json === true);
    return {
      io,
      out,
      options,
      connect: async () => createClient(await resolveSettings(io, options)),
    };
  };
