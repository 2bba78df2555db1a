import { z } from "zod";
import { Crowd } from "../../mixins/crowd.ts";
import type { Outgoing } from "../../mixins/documents/collection.ts";
import { TooManyGuesses } from "../../mixins/guesses/guesses.ts";
import { end } from "../access/ending.contract.ts";
import type { federated } from "../access/linking.contract.ts";
import { open } from "../access/sessions.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { type Asker, call } from "../shared/wire.ts";
import type { SignedIn, Tokens } from "./account.contract.ts";
import * as rules from "./account.ts";
import { ChallengeRefused, type factor, SignInRefused } from "./auth.contract.ts";
import * as kept from "./auth.store.ts";
import { seen } from "./credentials.store.ts";
import { federate } from "./enrolling.store.ts";
import { forgive, spendCode, suspects } from "./factor.store.ts";

type AuthService = kept.AuthService;
type AccountDocument = kept.AccountDocument;
export type Asked = Asker & { meta: Meta };
interface On {
  device: string;
  deviceName?: string | undefined;
}

/** Who signs in on and on leaves room for others; a known device has its own. */
const atOnce = new Crowd(8);
const challengeSeconds = 300;
const Challenge = z.strictObject({
  account: z.string(),
  device: z.string(),
  amr: z.array(z.string()),
  until: z.number(),
  stamp: z.string(),
});

/** An unknown e-mail costs the same and is answered alike. @throws SignInRefused, TOO_MANY_GUESSES */
export async function byPassword(
  self: AuthService,
  ctx: Asked,
  { email, password, ...on }: On & { email: string; password: string },
): Promise<z.input<typeof SignedIn>> {
  const account = await kept.byEmail(self.store, email);
  const known = account && rules.knows(account, on.device) ? on.device : undefined;
  const suspected = suspects(`account:${email}`, known, ctx.meta);
  await self.guesses.attempt(suspected);
  const hash = account && rules.hashToTry(account);
  const verify = () => self.hasher.verify(hash, password);
  const tooMany = () => TooManyGuesses({ retryAfterSeconds: 1 });
  const isRight = await atOnce.run(suspected[0]?.key ?? email, verify, tooMany);
  if (!isRight || !account || !hash) {
    if (account) self.later.add(failed(self, account, ctx.meta));
    throw SignInRefused();
  }
  // That it waits for its letter would tell that nobody else has the e-mail.
  if (account.status === "pending") throw SignInRefused();
  forgive(self, suspected);
  kept.mustBeActive(account);
  const isOld = self.hasher.isOutdated(hash);
  const fresh = isOld ? await self.hasher.hash(password) : undefined;
  return proceed(self, ctx, account, { ...on, amr: ["pwd"], ...(fresh ? { fresh } : {}) });
}

/** Who a provider vouches for. @throws Suspended, and what `federate` throws */
export async function byProvider(
  self: AuthService,
  ctx: Asked,
  { provider, subject, account, device, deviceName, ...vouched }: Federated,
): Promise<z.input<typeof SignedIn>> {
  const given = { ...vouched, identity: `${provider}|${subject}`, link: account };
  const found = await federate(self, given, ctx.meta);
  kept.mustBeActive(found);
  return proceed(self, ctx, found, { device, deviceName, amr: ["fed"] });
}
type Federated = z.output<typeof federated.params> & { language: "en" | "ru" };

const failed = (self: AuthService, account: AccountDocument, meta: Meta) => {
  const { channel, message } = kept.told(account, "sign-in failed", meta, { by: "house" });
  return self.broker.sendToChannel(channel, message);
};

/** Asks for the second factor where there is one. */
export async function proceed(
  self: AuthService,
  ctx: Asked,
  account: AccountDocument,
  how: On & { amr: string[]; fresh?: string },
): Promise<z.input<typeof SignedIn>> {
  if (!account.factor) return begin(self, ctx, account, how);
  const challenge: z.output<typeof Challenge> = {
    account: account.id,
    device: rules.hashOf(how.device),
    amr: how.amr,
    until: clock.now() + challengeSeconds * 1_000,
    stamp: kept.stampOf(account),
  };
  const sealed = self.challenges.seal(JSON.stringify(challenge));
  return { challenge: sealed, expiresIn: challengeSeconds };
}

/** The second half. @throws ChallengeRefused, FactorRefused, TOO_MANY_GUESSES */
export async function byFactor(
  self: AuthService,
  ctx: Asked,
  { challenge, code, ...on }: z.output<typeof factor.params>,
): Promise<Tokens> {
  const opened = self.challenges.open(challenge);
  const read = Challenge.safeParse(opened ? JSON.parse(opened) : undefined);
  const { account: id = "", device, until = 0, stamp, amr = [] } = read.data ?? {};
  const account = await self.store.get(id);
  const isTheirs = device === rules.hashOf(on.device) && until > clock.now();
  if (!account || !isTheirs || stamp !== kept.stampOf(account)) throw ChallengeRefused();
  kept.mustBeActive(account);
  const after = await spendCode(self, ctx.meta, account, code, on.device);
  return begin(self, ctx, after, { ...on, amr: [...amr, "otp"] });
}

/**
 * Begins the session; a device that was not seen before is told to the owner.
 * @throws SignInRefused where password, roles or status were changed meanwhile: none is outrun
 */
export async function begin(
  self: AuthService,
  ctx: Asked,
  account: AccountDocument,
  { device, deviceName, amr, fresh }: On & { amr: string[]; fresh?: string },
): Promise<Tokens> {
  const grounds = kept.groundsOf(account);
  let newest = grounds;
  const written = await kept.change(self.store, account.id, (found) => {
    newest = kept.groundsOf(found);
    if (newest !== grounds) return undefined;
    const known = rules.seenOn(found, device);
    const next = fresh ? { ...known, password: fresh } : known;
    if (next === found) return undefined;
    const isStrange = found.devices.length > 0 && !rules.knows(found, device);
    const data = seen(ctx.meta, deviceName);
    const tell: Outgoing[] = isStrange ? kept.letter(found, { template: "newDevice", data }) : [];
    return { next, tell };
  });
  if (newest !== grounds) throw SignInRefused();
  const named = deviceName ? { deviceName } : {};
  const { id, roles } = account;
  const tokens = await call(ctx, open, { account: id, roles, device, ...named, amr });
  const after = await self.store.get(id);
  if (after && kept.groundsOf(after) === kept.groundsOf(written ?? account)) return tokens;
  await call(ctx, end, { session: tokens.session, why: "the account changed" });
  throw SignInRefused();
}
