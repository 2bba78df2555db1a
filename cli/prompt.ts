/** Asks a person for secrets: hidden in a terminal, line by line from a pipe. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { Ended, usage } from "./failure.ts";
import type { Io } from "./io.ts";

export interface Prompter {
  /** @throws usage when the pipe has ended; Ended on Ctrl-C */
  secret(question: string): Promise<string>;
}

/** One reader for all questions of a command, since a pipe comes in pieces of its own. */
export function prompter({ stdin, stderr }: Pick<Io, "stdin" | "stderr">): Prompter {
  let lines: AsyncIterator<string> | undefined;
  const fromPipe = async (): Promise<string> => {
    lines ??= createInterface({ input: stdin })[Symbol.asyncIterator]();
    const { value, done } = await lines.next();
    if (!done && value !== "") return value;
    throw usage("Stdin has ended before the password or code.", "Give one on each line of stdin.");
  };
  const fromTerminal = (question: string): Promise<string> =>
    new Promise((resolve, reject) => {
      stderr.write(question);
      const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
      const reader = createInterface({ input: stdin, output: nowhere, terminal: true });
      const end = () => {
        reader.close();
        stderr.write("\n");
      };
      reader.on("SIGINT", () => {
        end();
        reject(new Ended(130));
      });
      reader.question("", (answer) => {
        end();
        resolve(answer);
      });
    });
  return { secret: (question) => (stdin.isTTY ? fromTerminal(question) : fromPipe()) };
}
