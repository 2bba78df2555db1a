import type { Command } from "commander";
import { contextNamed, readConfig, writeConfig } from "../contexts.ts";
import { usage } from "../failure.ts";
import type { Open } from "../io.ts";
import { given } from "../options.ts";
import { parseUrl } from "../settings.ts";

const name = ["<name>", "what you call that house"] as const;

/** Which houses there are; tokens are never shown. */
export function contexts(program: Command, open: Open): void {
  const family = program.command("contexts").description("houses by name, kept in a config file");
  family
    .command("list")
    .description("the houses that have a name")
    .action(async (_: unknown, command: Command) => {
      const { io, out } = open(command);
      const { current, contexts: all } = await readConfig(io.env);
      const items = Object.entries(all).map(([of, { url, token }]) => {
        return { name: of, url: url ?? null, hasToken: Boolean(token), current: of === current };
      });
      const none = "There are none.\nnext:  bijou contexts set <name> --url <url> --token <token>";
      const lines = items.map(
        (i) => `${i.current ? "*" : " "} ${i.name}  ${i.url ?? "this machine"}`,
      );
      out.result({ items, next: null }, () => lines.join("\n") || none);
    });
  family
    .command("set")
    .description("add or change one, with --url and --token")
    .argument(...name)
    .action(async (of: string, _: unknown, command: Command) => {
      const { io, out, options } = open(command);
      const { url, token } = options;
      if (!url && !token) throw usage("Nothing to set.", `bijou contexts set ${of} --url <url>`);
      const config = await readConfig(io.env);
      const house = given({ url: url && parseUrl(url).href, token });
      config.contexts[of] = { ...config.contexts[of], ...house };
      await writeConfig(io.env, { ...config, current: config.current ?? of });
      out.result({ name: of, set: true }, () => `${of} is set.\nnext:  bijou contexts use ${of}`);
    });
  const change = (verb: "use" | "remove", description: string, said: string) =>
    family
      .command(verb)
      .description(description)
      .argument(...name)
      .action(async (of: string, _: unknown, command: Command) => {
        const { io, out } = open(command);
        const { current, contexts: all } = await readConfig(io.env);
        contextNamed({ contexts: all }, of);
        if (verb === "remove") delete all[of];
        const then = verb === "use" ? of : current === of ? undefined : current;
        await writeConfig(io.env, { ...(then ? { current: then } : {}), contexts: all });
        out.result({ name: of, [verb]: true }, () => `${of} ${said}.`);
      });
  change("use", "speak to this one from now on", "is used from now on");
  change("remove", "forget one", "is forgotten");
}
