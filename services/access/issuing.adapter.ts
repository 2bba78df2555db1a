/** Tokens for a session: signed by the keys, for an account as it is. */
import type { z } from "zod";
import { env } from "../../config/env.ts";
import { keptSecret } from "../../config/secrets.ts";
import type { AccountRole } from "../accounts/account.contract.ts";
import { facts } from "../accounts/support.contract.ts";
import { type Asker, call } from "../shared/wire.ts";
import { tokenOf } from "./family.ts";
import { sign } from "./keys.contract.ts";
import { RefreshRefused } from "./sessions.contract.ts";
import type { SessionDocument } from "./sessions.store.ts";

/** By which refresh tokens are derived. */
export const refreshKey = keptSecret(env.house.DATA_DIR, "refresh");

/** An access token. */
export async function access(ctx: Asker, family: SessionDocument, roles: AccountRole[]) {
  const { id, account, amr, signedInAt, stepUpAt, refusedAt, actor } = family;
  const { token, expiresIn } = await call(ctx, sign, {
    ...{ account, session: id, roles, amr, signedInAt },
    ...(stepUpAt ? { stepUpAt } : {}),
    ...(refusedAt ? { refusedAt: Date.parse(refusedAt) } : {}),
    ...(actor ? { actor } : {}),
  });
  return { accessToken: token, tokenType: "Bearer" as const, expiresIn };
}

/** An access token, and the refresh token of the session's generation. */
export const tokens = async (ctx: Asker, family: SessionDocument, roles: AccountRole[]) => ({
  ...(await access(ctx, family, roles)),
  refreshToken: tokenOf(family, family.generation, refreshKey),
  session: family.id,
});

type Account = z.output<typeof facts.result>;

/**
 * What is made for an account, made anew where its roles changed meanwhile: a change that was written
 * later refuses what was made before it.
 * @throws RefreshRefused where nobody may act any more
 */
export async function asItIs<T>(
  ctx: Asker,
  before: Account,
  make: (account: Account) => Promise<T>,
): Promise<T> {
  for (let account = before; ; ) {
    const made = await make(account);
    const after = await call(ctx, facts, { id: account.id });
    if (after.status !== "active") throw RefreshRefused();
    if (`${after.roles}` === `${account.roles}`) return made;
    account = after;
  }
}
