import type { Command } from "commander";
import type { z } from "zod";
import { list, show } from "../../services/accounts/mail.contract.ts";
import type { Open } from "../io.ts";
import { whole } from "../options.ts";
import { mailTable, mailText, more } from "../text/accounts.ts";

export function mail(program: Command, open: Open): void {
  const family = program.command("mail").description("letters that are kept for want of a server");
  family
    .command("list")
    .description("letters, the newest first")
    .option("--to <email>", "only to this address")
    .option("--limit <n>", "how many at most, 1 to 100", whole)
    .option("--cursor <cursor>", "the next page, as the one before it said")
    .action(async (options: z.input<typeof list.params>, command: Command) => {
      const { out, connect } = open(command);
      const page = await (await connect()).ask(list, options);
      out.result(page, (p, paint) => mailTable(p.items, paint, out.columns) + more(p.next));
    });
  family
    .command("show")
    .description("one letter; codes in it are secrets")
    .argument("<id>", "the letter's id, as `mail list` says it")
    .action(async (id: string, _: unknown, command: Command) => {
      const { out, connect } = open(command);
      out.result(await (await connect()).ask(show, { id }), mailText);
    });
}
