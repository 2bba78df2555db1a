import type { Command } from "commander";
import type { z } from "zod";
import { list, verify } from "../../services/accounts/audit.contract.ts";
import { Ended, exit } from "../failure.ts";
import type { Open } from "../io.ts";
import { whole } from "../options.ts";
import { auditTable, more, verifyText } from "../text/accounts.ts";

const account = ["--account <id>", "only of this account"] as const;

export function audit(program: Command, open: Open): void {
  const family = program.command("audit").description("what was done to accounts, and by whom");
  family
    .command("list")
    .description("acts, the newest first")
    .option(...account)
    .option("--act <act>", "only this act, as the list calls it")
    .option("--limit <n>", "how many at most, 1 to 100", whole)
    .option("--cursor <cursor>", "the next page, as the one before it said")
    .action(async (options: z.input<typeof list.params>, command: Command) => {
      const { out, connect } = open(command);
      const page = await (await connect()).ask(list, options);
      out.result(page, (p, paint) => auditTable(p.items, paint, out.columns) + more(p.next));
    });
  family
    .command("verify")
    .description("whether an entry was removed or changed; ends with 1 if so")
    .option(...account)
    .action(async (options: z.input<typeof verify.params>, command: Command) => {
      const { out, connect } = open(command);
      const found = await (await connect()).ask(verify, options);
      out.result(found, verifyText);
      if (found.faults.length > 0) throw new Ended(exit.refused);
    });
}
