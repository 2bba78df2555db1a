import { type Command, Option } from "commander";
import type { z } from "zod";
import { AccountRole, Status } from "../../services/accounts/account.contract.ts";
import { Language } from "../../services/accounts/accounts.contract.ts";
import { create, list, restore, show, suspend } from "../../services/accounts/support.contract.ts";
import type { Open } from "../io.ts";
import { given, listedOf, whole } from "../options.ts";
import { prompter } from "../prompt.ts";
import { accountTable, accountText, byLetter, more } from "../text/accounts.ts";

const id = ["<id>", "the account's id, as `accounts list` says it"] as const;

export function accounts(program: Command, open: Open): void {
  const family = program.command("accounts").description("who may sign in, and as what");
  family
    .command("create")
    .description("a new account, its e-mail taken as verified")
    .argument("<email>", "whose it is")
    .option("--role <roles>", "roles, apart by commas; viewer", listedOf(AccountRole.options))
    .addOption(new Option("--language <language>", "of letters").choices(Language.options))
    .option("--password-stdin", "ask for its password, or read it; else a letter asks for one")
    .action(async (email: string, { role, language, passwordStdin }, command: Command) => {
      const { io, out, connect } = open(command);
      const password = passwordStdin ? await prompter(io).secret("Password: ") : undefined;
      const wanted = given({ email, roles: role, language, password });
      const next = password === undefined ? byLetter : `bijou login ${email}`;
      const made = await (await connect()).ask(create, wanted);
      out.result(made, (account, paint) => `${accountText(account, paint)}\nnext:  ${next}`);
    });
  family
    .command("list")
    .description("accounts, the newest first")
    .option("--email <email>", "only this one")
    .addOption(new Option("--role <role>", "only with this role").choices(AccountRole.options))
    .addOption(new Option("--status <status>", "only in this state").choices(Status.options))
    .option("--limit <n>", "how many at most, 1 to 100", whole)
    .option("--cursor <cursor>", "the next page, as the one before it said")
    .action(async (options: z.input<typeof list.params>, command: Command) => {
      const { out, connect } = open(command);
      const page = await (await connect()).ask(list, options);
      out.result(page, (p, paint) => accountTable(p.items, paint, out.columns) + more(p.next));
    });
  const act = (contract: typeof show | typeof suspend, name: string, description: string) => {
    const command = family
      .command(name)
      .description(description)
      .argument(...id);
    if (contract !== show) command.requiredOption("--reason <text>", "why: for the audit trail");
    command.action(async (of: string, { reason }: { reason?: string }, called: Command) => {
      const { out, connect } = open(called);
      const params = given({ id: of, reason });
      out.result(await (await connect()).ask(contract as typeof show, params), accountText);
    });
  };
  act(show, "show", "one account");
  act(suspend, "suspend", "nobody gets in with it any more");
  act(restore, "restore", "take a suspension back");
}
