import { type Command, Option } from "commander";
import type { z } from "zod";
import { Status } from "../../services/imports/import.contract.ts";
import { cancel, get, list, rejects, resume } from "../../services/imports/imports.contract.ts";
import type { Open } from "../io.ts";
import { whole } from "../options.ts";
import { saveOrPrint } from "../save.ts";
import { importReport, importTable } from "../text/import.ts";
import { watch } from "../watch.ts";
import { importsRun } from "./imports-run.ts";

const id = ["<id>", "the import's id, as `imports list` says it"] as const;
const watching = ["--watch", "stay until it ends"] as const;

export function imports(program: Command, open: Open): void {
  const family = program.command("imports").description("bring films in, and look after it");
  importsRun(family, open);
  family
    .command("list")
    .description("imports, the newest first")
    .addOption(new Option("--status <status>", "only those").choices(Status.options))
    .option("--limit <n>", "how many at most, 1 to 100", whole)
    .option("--cursor <cursor>", "the next page, as the one before it said")
    .action(async (options: z.input<typeof list.params>, command: Command) => {
      const { out, connect } = open(command);
      const page = await (await connect()).ask(list, options);
      const more = page.next ? `\nnext:  more with --cursor ${page.next}` : "";
      out.result(page, (p, paint) => importTable(p.items, paint, out.columns) + more);
    });
  for (const [name, contract] of Object.entries({ show: get, resume })) {
    family
      .command(name)
      .description(name === "show" ? "where an import is and what it did" : "go on where it ended")
      .argument(...id)
      .option(...watching)
      .action(async (of: string, options: { watch?: boolean }, command: Command) => {
        const session = open(command);
        const client = await session.connect();
        const value = await client.ask(contract, { id: of });
        if (options.watch) await watch(session, client, value);
        else session.out.result(value, importReport);
      });
  }
  family
    .command("cancel")
    .description("stop an import; what was loaded stays")
    .argument(...id)
    .action(async (of: string, _: unknown, command: Command) => {
      const { out, connect } = open(command);
      out.result(await (await connect()).ask(cancel, { id: of }), importReport);
    });
  family
    .command("rejects")
    .description("the rejected rows as NDJSON: line, reason, row")
    .argument(...id)
    .option("--output <file>", "into a file instead of stdout")
    .action((of: string, { output }: { output?: string }, command: Command) =>
      saveOrPrint(open(command), output, (client) => client.download(rejects, { id: of })),
    );
}
