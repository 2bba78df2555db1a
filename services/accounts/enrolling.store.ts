/** Letters that ask whether an e-mail is theirs: to who registers, and to who forgot a password. */
import type { z } from "zod";
import type { Outgoing } from "../../mixins/documents/collection.ts";
import { Duplicate } from "../../mixins/documents/failures.ts";
import { mayWrite } from "../../mixins/guesses/letters.ts";
import { raced } from "../../mixins/racing.ts";
import { EmailMissing, EmailUnconfirmed, LinkedElsewhere } from "../access/linking.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { message } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import * as rules from "./account.ts";
import { type Language, registered } from "./accounts.contract.ts";
import * as kept from "./auth.store.ts";
import { challenged } from "./credentials.store.ts";
import { isRival, vouched } from "./pending.store.ts";

type AuthService = kept.AuthService;

const post = (self: AuthService, [outgoing]: Outgoing[]) =>
  outgoing ? self.broker.sendToChannel(outgoing.channel, outgoing.message) : Promise.resolve();

export interface Applicant {
  email: string;
  language: z.output<typeof Language>;
  /** What comes into force when the e-mail is shown to be theirs. */
  password?: string;
  identity?: string;
  /** The password as it was typed: is it the one that waits already? */
  typed?: string;
}

/**
 * Somebody says that an e-mail is theirs: a letter goes there. What it says, and whether there is
 * an account, only its reader learns.
 */
export async function enrol(self: AuthService, applicant: Applicant, meta: Meta): Promise<void> {
  const { email, language, typed, ...credential } = applicant;
  const isWritten = await mayWrite(self.guesses, email);
  const account = await kept.byEmail(self.store, email);
  const code = { kind: "verify", ...credential } as const;
  if (account && account.status !== "pending") {
    if (!isWritten) return;
    return post(self, kept.letter(account, { template: "alreadyRegistered", data: {} }));
  }
  const letter = (of: rules.AccountBody, data: { code: string; minutes: number }) =>
    kept.letter(of, { template: "verifyEmail", data });
  if (account) {
    // Kept without a letter too: two that differ are not to pass for one.
    const rival = await isRival(self, account, applicant);
    if (!isWritten && !rival) return;
    await kept.change(self.store, account.id, (found) => {
      const { next, data } = challenged(found, { ...code, ...(rival ? { rival } : {}) });
      return { next, tell: isWritten ? letter(found, data) : [] };
    });
    return;
  }
  if (!isWritten) return;
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

/**
 * The account that a provider vouches for: the one that is linked, or one that is made. An e-mail
 * alone links nothing unless the provider is trusted with it; else its owner answers a letter first.
 * @throws EmailMissing, EmailUnconfirmed, LinkedElsewhere
 */
export function federate(
  self: AuthService,
  given: Vouched,
  meta: Meta,
): Promise<kept.AccountDocument> {
  // Who clicks twice comes twice at once: the second finds what the first made.
  return raced(() => federateOnce(self, given, meta));
}

async function federateOnce(
  self: AuthService,
  { identity, email: given, emailVerified, language, link }: Vouched,
  meta: Meta,
): Promise<kept.AccountDocument> {
  const linked = await kept.byIdentity(self.store, identity);
  if (link) return linkTo(self, linked, link, identity, meta);
  if (linked) return linked;
  if (!given) throw EmailMissing();
  const email = rules.emailOf(given);
  const account = emailVerified ? await kept.byEmail(self.store, email) : undefined;
  if (account?.status === "active") return linkTo(self, undefined, account.id, identity, meta);
  if (account?.status === "suspended") return account;
  if (!emailVerified) {
    self.later.add(enrol(self, { email, language, identity }, meta));
    throw EmailUnconfirmed();
  }
  return vouched(self, account, { email, language, identity }, meta);
}

export interface Vouched {
  /** `provider|subject` */
  identity: string;
  email?: string | undefined;
  emailVerified: boolean;
  language: z.output<typeof Language>;
  /** The account that is to be linked, where who has signed in asked for it. */
  link?: string | undefined;
}

async function linkTo(
  self: AuthService,
  linked: kept.AccountDocument | undefined,
  id: string,
  identity: string,
  meta: Meta,
): Promise<kept.AccountDocument> {
  if (linked && linked.id !== id) throw LinkedElsewhere();
  const facts = { provider: rules.providerOf(identity) };
  const data = { ...facts, time: clock.iso() };
  const after = await kept.change(self.store, id, (account) => ({
    next: { ...account, identities: [...new Set([...account.identities, identity])] },
    tell: [
      kept.told(account, "linked a provider", meta, { by: id, facts }),
      ...kept.letter(account, { template: "providerLinked", data }),
    ],
  }));
  return after ?? fail(LinkedElsewhere());
}

const fail = (error: Error): never => {
  throw error;
};
