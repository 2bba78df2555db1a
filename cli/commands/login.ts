import { randomUUID } from "node:crypto";
import type { Command } from "commander";
import { signOut } from "../../services/access/sessions.contract.ts";
import { factor, signIn } from "../../services/accounts/auth.contract.ts";
import { createClient } from "../client.ts";
import { readConfig } from "../contexts.ts";
import { Failure } from "../failure.ts";
import type { Open } from "../io.ts";
import { prompter } from "../prompt.ts";
import { keepSession, sessionOf } from "../session.ts";
import { resolveHouse, resolveSettings } from "../settings.ts";

export function login(program: Command, open: Open): void {
  program
    .command("login")
    .description("sign in as yourself; the session is kept in the config file and renews itself")
    .argument("<email>", "whose account; password and code are asked for, or read from stdin")
    .action(async (email: string, _: unknown, command: Command) => {
      const { io, out, options } = open(command);
      const { url, name = "home" } = await resolveHouse(io, options);
      const tokenHint = "E-mail or password is wrong. Repeat: bijou login <email>";
      const client = createClient({ url, token: undefined, tokenHint });
      const ask = prompter(io);
      const device = `cli-${randomUUID()}`;
      const password = await ask.secret("Password: ");
      const deviceName = "bijou";
      const said = await client.ask(signIn, { email, password, device, deviceName });
      const answered = async (challenge: string) => {
        const code = await ask.secret("Code of the second factor: ");
        return client.ask(factor, { challenge, code, device, deviceName });
      };
      const tokens = "challenge" in said ? await answered(said.challenge) : said;
      await keepSession(io.env, name, sessionOf(device, tokens), url.href);
      const value = { context: name, url: url.href, session: tokens.session };
      out.result(value, () => `Signed in at ${url.origin} (context ${name}).`);
    });
  program
    .command("logout")
    .description("end the session that login began")
    .action(async (_: unknown, command: Command) => {
      const { io, out, options } = open(command);
      const { name = "home" } = await resolveHouse(io, options);
      const { contexts } = await readConfig(io.env);
      const session = Object.hasOwn(contexts, name) ? contexts[name]?.session : undefined;
      try {
        if (session) await createClient(await resolveSettings(io, options)).ask(signOut, {});
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        out.note(`The house was not told (${error.message}); there the session ends by itself.`);
      }
      if (session) await keepSession(io.env, name, undefined);
      const value = { context: name, signedOut: session !== undefined };
      out.result(value, () => (session ? "Signed out." : "There was no session."));
    });
}
