import type { Command } from "commander";
import { list, reset } from "../../services/operations/breakers.contract.ts";
import type { Open } from "../io.ts";
import { breakerTable } from "../text/breakers.ts";

export function breakers(program: Command, open: Open): void {
  const family = program
    .command("breakers")
    .description("who is left alone because it failed too often");
  family
    .command("list", { isDefault: true })
    .description("the breakers of all nodes, the open ones first")
    .action(async (_: unknown, command: Command) => {
      const { out, connect } = open(command);
      const page = await (await connect()).ask(list, {});
      out.result(page, ({ items }, paint) => breakerTable(items, paint, out.columns));
    });
  family
    .command("reset")
    .description("close the breakers of a target, or all of them")
    .argument("[target]", "an action or program, as the list says it")
    .action(async (target: string | undefined, _: unknown, command: Command) => {
      const { out, connect } = open(command);
      const done = await (await connect()).ask(reset, target === undefined ? {} : { target });
      out.result(done, ({ closed }) =>
        closed === 0
          ? `None${target === undefined ? "" : ` of ${target}`} was open. See: bijou breakers`
          : `${closed} closed. See: bijou breakers`,
      );
    });
}
