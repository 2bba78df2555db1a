/** Letters that ask whether an e-mail is theirs: to who registers, and to who forgot a password. */
import type { z } from "zod";
import type { Outgoing } from "../../mixins/documents/collection.ts";
import { Duplicate } from "../../mixins/documents/failures.ts";
import { forAccount, type Patience } from "../../mixins/guesses/delay.ts";
import { TooManyGuesses } from "../../mixins/guesses/guesses.ts";
import type { Meta } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { message } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import * as rules from "./account.ts";
import { type Language, registered } from "./accounts.contract.ts";
import * as kept from "./auth.store.ts";
import { challenged } from "./credentials.store.ts";

type AuthService = kept.AuthService;

/** So many letters may be asked for to one address, before they come more slowly. */
const letters: Patience = { ...forAccount, free: 4, firstMs: 60_000, mostMs: 3_600_000 };

/** Whether a letter may go to an address: nobody is to be buried in them. */
async function mayWrite({ guesses }: AuthService, email: string): Promise<boolean> {
  try {
    await guesses.attempt([{ key: `letter:${email}`, patience: letters }]);
    return true;
  } catch (error) {
    if (isProblem(error, TooManyGuesses)) return false;
    throw error;
  }
}

const post = (self: AuthService, [outgoing]: Outgoing[]) =>
  outgoing ? self.broker.sendToChannel(outgoing.channel, outgoing.message) : Promise.resolve();

interface Applicant {
  email: string;
  language: z.output<typeof Language>;
  /** What comes into force when the e-mail is shown to be theirs. */
  password?: string;
  identity?: string;
}

/**
 * Somebody says that an e-mail is theirs: a letter goes there. What it says, and whether there is
 * an account, only its reader learns.
 */
export async function enrol(self: AuthService, applicant: Applicant, meta: Meta): Promise<void> {
  const { email, language, ...credential } = applicant;
  if (!(await mayWrite(self, email))) return;
  const account = await kept.byEmail(self.store, email);
  const code = { kind: "verify", ...credential } as const;
  if (account && account.status !== "pending") {
    return post(self, kept.letter(account, { template: "alreadyRegistered", data: {} }));
  }
  const letter = (of: rules.AccountBody, data: { code: string; minutes: number }) =>
    kept.letter(of, { template: "verifyEmail", data });
  if (account) {
    await kept.change(self.store, account.id, (found) => {
      const { next, data } = challenged(found, code);
      return { next, tell: letter(found, data) };
    });
    return;
  }
  const { next, data } = challenged(rules.newAccount(newId(), email, language), code);
  const news = message(registered, { id: next.id, email, language });
  const act = kept.told(next, "registered", meta, { personal: { email }, by: next.id });
  try {
    const tell = [{ channel: registered.name, message: news }, act, ...letter(next, data)];
    await self.store.insert(next, { tell });
  } catch (error) {
    // Another registration was first: the letter goes by what is there now.
    if (!isProblem(error, Duplicate)) throw error;
    await enrol(self, applicant, meta);
  }
}

/** Mails a code by which a new password is set, where there is an account. */
export async function remind(self: AuthService, email: string): Promise<void> {
  if (!(await mayWrite(self, email))) return;
  const account = await kept.byEmail(self.store, email);
  if (account?.status !== "active" && account?.status !== "pending") return;
  await kept.change(self.store, account.id, (found) => {
    const { next, data } = challenged(found, { kind: "reset" });
    return { next, tell: kept.letter(found, { template: "resetPassword", data }) };
  });
}
