/** What operators do with accounts; where admins and operators are concerned, admins only. */
import type { z } from "zod";
import { Duplicate } from "../../mixins/documents/failures.ts";
import { secure } from "../access/ending.contract.ts";
import { open } from "../access/sessions.contract.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { message } from "../shared/message.ts";
import { isProblem } from "../shared/problem.ts";
import { call } from "../shared/wire.ts";
import * as rules from "./account.ts";
import { registered } from "./accounts.contract.ts";
import * as kept from "./auth.store.ts";
import { admins, challenged, mustBeGood, shownToBe } from "./credentials.store.ts";
import { found } from "./owner.store.ts";
import type { Asked } from "./signing.store.ts";
import * as support from "./support.contract.ts";

type AuthService = kept.AuthService;

/** @throws RoleBeyond unless who asks may do this where these roles are concerned */
async function mayTouch(self: AuthService, roles: readonly string[], meta: Meta): Promise<void> {
  const { caller } = meta;
  // The house itself, and the operator token before there is an admin.
  const isToken = caller?.session === undefined && caller?.key === undefined;
  if (!caller || (isToken && (await admins(self)) === 0)) return;
  if (rules.isBeyond(roles, caller.roles ?? [caller.role])) throw support.RoleBeyond();
}

/** An account that needs no letter to be believed. @throws EmailTaken, PasswordRefused, RoleBeyond */
export async function create(
  self: AuthService,
  { email: given, password, roles, language = "en" }: z.output<typeof support.create.params>,
  meta: Meta,
): Promise<kept.AccountDocument> {
  await mayTouch(self, roles, meta);
  const email = rules.emailOf(given);
  if (password) mustBeGood(password, email);
  const hash = password && (await self.hasher.hash(password));
  const base = { ...rules.newAccount(newId(), email, language), roles: [...new Set(roles)] };
  const active = { ...base, status: "active" as const, ...(hash ? { password: hash } : {}) };
  const { next, data } = challenged(active, { kind: "reset" });
  const made = hash ? active : next;
  const letter = hash ? [] : kept.letter(made, { template: "resetPassword", data });
  const news = message(registered, { id: made.id, email, language });
  const act = kept.told(made, "created", meta, { facts: { roles }, personal: { email } });
  const tell = [{ channel: registered.name, message: news }, shownToBe(made), act, ...letter];
  try {
    return await self.store.insert(made, { tell });
  } catch (error) {
    throw isProblem(error, Duplicate) ? support.EmailTaken() : error;
  }
}

interface Deed {
  act: string;
  facts: Record<string, string | string[]>;
  /** Whether sessions end, or fetch new access tokens only. */
  ends: boolean;
  /** Roles that the deed gives. */
  gives?: readonly string[];
  rule: (account: kept.AccountDocument) => kept.AccountDocument;
}

/** Changes an account and what its sessions may. @throws AccountNotFound, RoleBeyond */
async function alter(
  self: AuthService,
  ctx: Asked,
  id: string,
  { act, facts, ends, gives = [], rule }: Deed,
): Promise<kept.AccountDocument> {
  let securing: ReturnType<typeof kept.securing> | undefined;
  const after = await kept.change(self.store, id, async (account) => {
    await mayTouch(self, [...account.roles, ...gives], ctx.meta);
    if (account.status === "erased") return undefined;
    const next = rule(account);
    securing = kept.securing(next, act, ends);
    return { next, tell: [kept.told(next, act, ctx.meta, { facts }), securing.tell] };
  });
  if (!after || !securing) throw support.AccountNotFound();
  await call(ctx, secure, kept.asOfNow(securing));
  return after;
}

/** A short session in the name of somebody. @throws AccountNotFound, RoleBeyond, Suspended */
export async function impersonate(
  self: AuthService,
  ctx: Asked,
  { id, reason }: z.output<typeof support.impersonate.params>,
) {
  const account = await found(self, id);
  await mayTouch(self, account.roles, ctx.meta);
  kept.mustBeActive(account);
  const actor = ctx.meta.caller?.id ?? "house";
  const device = `acting-${newId()}`;
  const { roles } = account;
  const opened = { account: id, roles, device, deviceName: "Support", amr: ["act"], actor, reason };
  const { accessToken, tokenType, expiresIn } = await call(ctx, open, opened);
  return { accessToken, tokenType, expiresIn };
}

type Deeds = { id: string; reason: string };

/** Nobody gets in: sessions end, and API keys are refused. */
export const suspend = (self: AuthService, ctx: Asked, { id, reason }: Deeds) =>
  alter(self, ctx, id, {
    act: "suspended",
    facts: { reason },
    ends: true,
    rule: (account) => ({
      ...account,
      status: "suspended",
      suspended: { reason, at: clock.iso() },
    }),
  });

/** As it was before: also one whose e-mail was not verified yet. */
export const restore = (self: AuthService, ctx: Asked, { id, reason }: Deeds) =>
  alter(self, ctx, id, {
    act: "restored",
    facts: { reason },
    ends: false,
    rule: ({ suspended: _, ...account }) => ({
      ...account,
      status: account.password || account.identities.length > 0 ? "active" : "pending",
    }),
  });

/** Other roles: those in the access tokens that are about are no longer right. */
export const setRoles = (
  self: AuthService,
  ctx: Asked,
  { id, roles }: z.output<typeof support.setRoles.params>,
) =>
  alter(self, ctx, id, {
    act: "changed roles",
    facts: { roles },
    ends: false,
    gives: roles,
    rule: (account) => ({ ...account, roles: [...new Set(roles)] }),
  });
