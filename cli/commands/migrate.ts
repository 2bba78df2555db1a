import type { Command } from "commander";
import { list } from "../../services/operations/migrations.contract.ts";
import type { Open } from "../io.ts";
import { migrationTable } from "../text/migrations.ts";

export function migrate(program: Command, open: Open): void {
  program
    .command("migrate")
    .description("the migrations of the house's documents")
    .command("status", { isDefault: true })
    .description("which were done, and which are due (npm run migrate)")
    .action(async (_: unknown, command: Command) => {
      const { out, connect } = open(command);
      const page = await (await connect()).ask(list, {});
      out.result(page, ({ items }, paint) => migrationTable(items, paint, out.columns));
    });
}
