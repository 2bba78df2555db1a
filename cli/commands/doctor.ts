import type { Command } from "commander";
import { examine } from "../doctor/all.ts";
import type { Check } from "../doctor/check.ts";
import { Ended, exit } from "../failure.ts";
import type { Open } from "../io.ts";
import type { Paint } from "../output.ts";

const styles = { ok: "green", warn: "yellow", fail: "red" } as const;

const line = ({ name, status, detail, next }: Check, paint: Paint): string =>
  [
    `${paint(styles[status], status.padEnd(4))}  ${name.padEnd(12)} ${detail}`,
    ...(next ? [`      ${" ".repeat(12)} ${paint("cyan", "next:")} ${next}`] : []),
  ].join("\n");

export function doctor(program: Command, open: Open): void {
  program
    .command("doctor")
    .description("look at this machine: runtime, config, servers, disk, doors; needs no house")
    .action(async (_: unknown, command: Command) => {
      const { io, out, connect } = open(command);
      const checks = await examine(io, connect);
      const well = checks.every(({ status }) => status !== "fail");
      out.result({ ok: well, checks }, (_value, paint) =>
        checks.map((check) => line(check, paint)).join("\n"),
      );
      if (!well) throw new Ended(exit.refused);
    });
}
