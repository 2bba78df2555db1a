/** `bijou`: the tree of commands, and how it ends. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Command, type CommanderError } from "commander";
import { accounts } from "./commands/accounts.ts";
import { audit } from "./commands/audit.ts";
import { breakers } from "./commands/breakers.ts";
import { completion } from "./commands/completion.ts";
import { contexts } from "./commands/contexts.ts";
import { deadletters } from "./commands/deadletters.ts";
import { doctor } from "./commands/doctor.ts";
import { films } from "./commands/films.ts";
import { house } from "./commands/house.ts";
import { imports } from "./commands/imports.ts";
import { login } from "./commands/login.ts";
import { mail } from "./commands/mail.ts";
import { migrate } from "./commands/migrate.ts";
import { moving } from "./commands/moving.ts";
import { Ended, exit, type Failure, usage } from "./failure.ts";
import { type Io, opener } from "./io.ts";
import { sayError } from "./output.ts";

const families = [
  breakers,
  films,
  imports,
  accounts,
  audit,
  mail,
  login,
  house,
  deadletters,
  migrate,
  moving,
  doctor,
  contexts,
  completion,
];

const exitCodes = `
Exit codes: 0 done, 1 refused, 2 wrong usage, 3 unreachable, 4 bug.`;

const examples = `
With --json every command prints one JSON document (imports rejects: NDJSON), errors as
{"error": {"type", "title", "detail", "next", …}} on stdout too.

A house is found by --url, --context, BIJOU_URL, BIJOU_CONTEXT, the config file, or on this
machine at http://127.0.0.1:3003; its token by --token, BIJOU_TOKEN, the context, or on this
machine under DATA_DIR.

Begin with:
  bijou doctor
  bijou imports run wikipedia wikipedia-movies.ndjson.gz
  bijou films search the matrix`;

/** What commander refused, on its way to be said. */
class Misused extends Error {
  readonly of: string;
  readonly error: CommanderError;

  constructor(of: string, error: CommanderError) {
    super(error.message);
    this.of = of;
    this.error = error;
  }
}

const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();

function overrideExits(command: Command): void {
  command.exitOverride((error) => {
    throw new Misused(pathOf(command), error);
  });
  for (const sub of command.commands) overrideExits(sub);
}

export function createProgram(io: Io, version: string): Command {
  const program = new Command("bijou")
    .description("the operator's tool of the house")
    .version(version)
    .option("--json", "one JSON document instead of text")
    .option("--url <url>", "the admin door of the house")
    .option("--token <token>", "the operator token")
    .option("--context <name>", "a house by its name, see: bijou contexts")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      // Said once, by whoever catches it.
      outputError: () => {},
    })
    .addHelpText("after", examples)
    .addHelpText("afterAll", exitCodes);
  const open = opener(io);
  for (const family of families) family(program, open);
  overrideExits(program);
  return program;
}

/** Commander's sentence, its suggestion, and where to read on. */
function misuse({ of, error }: Misused): Failure {
  const [first = "", ...more] = error.message.replace(/^error: /, "").split("\n");
  const meant = more.join(" ").match(/\((Did you mean .*)\)/)?.[1];
  const title = `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.?$/, ".")}`;
  return usage(title, meant ? `${meant} See: ${of} --help` : `See: ${of} --help`);
}

/** Runs the command and answers its exit code; it never throws. */
export async function main(io: Io): Promise<number> {
  // Read off the words, since an error may come before they are understood.
  const json = io.argv.includes("--json");
  try {
    const { version } = JSON.parse(await readFile(join(io.root, "package.json"), "utf8"));
    await createProgram(io, version).parseAsync(io.argv, { from: "user" });
    return exit.done;
  } catch (error) {
    if (error instanceof Ended) return error.exit;
    if (!(error instanceof Misused)) return sayError(io, json, error);
    const { code } = error.error;
    if (code === "commander.helpDisplayed" || code === "commander.version") return exit.done;
    // A family without its verb: the help has been shown.
    if (code === "commander.help" && !json) return exit.usage;
    const failure =
      code === "commander.help"
        ? usage("A command is missing.", "See: bijou --help")
        : misuse(error);
    return sayError(io, json, failure);
  }
}
