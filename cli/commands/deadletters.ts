import type { Command } from "commander";
import type { z } from "zod";
import { list, redrive } from "../../services/operations/deadletters.contract.ts";
import { usage } from "../failure.ts";
import type { Open } from "../io.ts";
import { given, whole } from "../options.ts";
import { letterTable } from "../text/house.ts";

const channel = ["--channel <name>", "only of this channel"] as const;
const group = ["--group <name>", "only of this group of readers"] as const;
const see = "See: bijou deadletters redrive --help";

export function deadletters(program: Command, open: Open): void {
  const family = program.command("deadletters").description("messages that could not be handled");
  family
    .command("list")
    .description("dead letters, the oldest first")
    .option(...channel)
    .option(...group)
    .option("--limit <n>", "how many at most, 1 to 100", whole)
    .option("--cursor <cursor>", "the next page, as the one before it said")
    .action(async (options: z.input<typeof list.params>, command: Command) => {
      const { out, connect } = open(command);
      const page = await (await connect()).ask(list, options);
      const more = page.next ? `\nnext:  more with --cursor ${page.next}` : "";
      out.result(page, (p, paint) => letterTable(p.items, paint, out.columns) + more);
    });
  family
    .command("redrive")
    .description("give dead letters to their readers once more")
    .argument("[ids...]", "which; or name a channel or group; or --all")
    .option(...channel)
    .option(...group)
    .option("--all", "all that there are")
    .action(async (ids: string[], options, command: Command) => {
      const { all, channel: ofChannel, group: ofGroup } = options;
      const filtered = Boolean(ofChannel || ofGroup);
      if (ids.length === 0 && !filtered && !all) {
        throw usage("It is not said which: ids, --channel, --group or --all.", see);
      }
      if (all && (ids.length > 0 || filtered)) {
        throw usage("--all is all: leave out the ids, --channel and --group.", see);
      }
      const { out, connect } = open(command);
      const named = ids.length > 0 ? ids : undefined;
      const which = given({ ids: named, channel: ofChannel, group: ofGroup });
      const done = await (await connect()).ask(redrive, which);
      out.result(done, (value) => redrivenText(value.redriven, ids.length));
    });
}

function redrivenText(redriven: number, asked: number): string {
  const said = `${redriven} given to their readers once more.`;
  if (redriven >= Math.max(1, asked)) return said;
  const others =
    asked > 0 ? ` ${asked - redriven} of ${asked} ids are no dead letters (any more).` : "";
  return `${said}${others} See: bijou deadletters list`;
}
