import { Argument, type Command } from "commander";
import { completionScript, type Shell, shells } from "../completion.ts";
import type { Open } from "../io.ts";

export function completion(program: Command, open: Open): void {
  program
    .command("completion")
    .description("a script that completes bijou's commands: source <(bijou completion bash)")
    .addArgument(new Argument("<shell>", "your shell").choices(shells))
    .action((shell: Shell, _: unknown, command: Command) => {
      const script = completionScript(shell, program);
      open(command).out.result({ shell, script }, () => script.trimEnd());
    });
}
