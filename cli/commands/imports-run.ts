import { Argument, type Command, Option } from "commander";
import { Options, SourceName } from "../../services/imports/import.contract.ts";
import { usage } from "../failure.ts";
import type { Open } from "../io.ts";
import { readMapping } from "../mapping.ts";
import { given, listed, whole } from "../options.ts";
import { runImport } from "../run.ts";

interface Given {
  state?: "draft" | "published";
  dryRun?: boolean;
  titleTypes?: string[];
  minVotes?: number;
  mapping?: string;
  schedule?: string;
  timeZone?: string;
  detach?: boolean;
}

const see = "See: bijou imports run --help";

/** Options that belong to another source are mistakes, not silence. */
function refuseStrangers(source: string, { mapping, titleTypes, minVotes, ...o }: Given): void {
  const table = source === "table";
  if (table && !mapping) throw usage("A table needs --mapping <file>.", see);
  if (!table && mapping) throw usage("--mapping is for the source table.", see);
  if (source !== "imdb" && (titleTypes || minVotes !== undefined)) {
    throw usage("--title-types and --min-votes are for the source imdb.", see);
  }
  if (o.timeZone && !o.schedule) throw usage("--time-zone needs --schedule.", see);
}

export function importsRun(imports: Command, open: Open): void {
  imports
    .command("run")
    .description("import films and watch it; the report comes at the end")
    .addArgument(new Argument("<source>", "where the rows come from").choices(SourceName.options))
    .argument("<file...>", "local files, - for stdin, or https addresses")
    .addOption(new Option("--state <state>", "state of new films").choices(["draft", "published"]))
    .option("--dry-run", "report the same, change nothing")
    .option("--title-types <types>", "imdb: kinds of title, apart by commas", listed)
    .option("--min-votes <n>", "imdb: votes that a title needs", whole)
    .option("--mapping <file>", "table: JSON that says which column is which field")
    .option("--schedule <cron>", "again and again, from https addresses")
    .option("--time-zone <zone>", "of the schedule; yours unless told")
    .option("--detach", "do not wait for the end")
    .action(async (source: string, files: string[], options: Given, command: Command) => {
      refuseStrangers(source, options);
      const session = open(command);
      const { state, dryRun, titleTypes, minVotes, schedule: cron, detach = false } = options;
      const mapping = options.mapping && (await readMapping(options.mapping, session.io.cwd));
      const zone = options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
      const schedule = cron ? { cron, timeZone: zone } : undefined;
      const wanted = given({ state, dryRun, titleTypes, minVotes, mapping: mapping || undefined });
      const plan = { source, files, options: Options.parse(wanted), schedule, detach };
      await runImport(session, plan);
    });
}
