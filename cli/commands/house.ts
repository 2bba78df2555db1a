import type { Command } from "commander";
import { nodes, services } from "../../services/operations/registry.contract.ts";
import { usage } from "../failure.ts";
import type { Io, Open } from "../io.ts";
import { parseJson, readJson } from "../mapping.ts";
import { nodeTable, serviceText } from "../text/house.ts";

async function params(text: string | undefined, { stdin, cwd }: Io): Promise<unknown> {
  if (text === undefined) return {};
  if (text.startsWith("@")) return readJson(text.slice(1), cwd);
  if (text !== "-") return parseJson(text, "the parameters");
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return parseJson(Buffer.concat(chunks).toString("utf8"), "stdin");
}

export function house(program: Command, open: Open): void {
  program
    .command("nodes")
    .description("the nodes of the house")
    .action(async (_: unknown, command: Command) => {
      const { out, connect } = open(command);
      const page = await (await connect()).ask(nodes, {});
      out.result(page, ({ items }, paint) => nodeTable(items, paint, out.columns));
    });
  program
    .command("services")
    .description("the actors of the house and what they can be asked")
    .action(async (_: unknown, command: Command) => {
      const { out, connect } = open(command);
      const page = await (await connect()).ask(services, {});
      out.result(page, ({ items }, paint) => serviceText(items, paint));
    });
  program
    .command("call")
    .description("ask any action that the admin door opens; prints its answer as JSON")
    .argument("<action>", "its name, as `bijou services` says it")
    .argument("[json]", "parameters: JSON, - for stdin, or @file")
    .action(async (action: string, json: string | undefined, _: unknown, command: Command) => {
      const { io, out, connect } = open(command);
      const asked = await params(json, io);
      if (typeof asked !== "object" || asked === null || Array.isArray(asked)) {
        throw usage("Parameters are a JSON object.", `bijou call ${action} '{"name": "value"}'`);
      }
      const answer = await (await connect()).call(action, asked);
      out.result(answer, (value) => JSON.stringify(value, null, 2));
    });
}
