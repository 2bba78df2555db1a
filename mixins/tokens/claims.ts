/** What an access token says (RFC 9068, with ours), and the caller that a door makes of it. Pure. */
import { z } from "zod";
import type { Caller, Door, Role } from "../../services/shared/contract.ts";

const roles = ["admin", "operator", "moderator", "seller", "courier", "viewer"] as const;
/** Roles of accounts, the strongest first; a guest has none. */
export const AccountRole = z.enum(roles);
export const doors = ["public", "seller", "logistics", "admin"] as const satisfies Door[];

/** Times are seconds since the epoch; `iat` with a fraction, to tell it from a revocation. */
export const Claims = z.object({
  iss: z.string(),
  aud: z.array(z.enum(doors)),
  sub: z.uuid(),
  sid: z.uuid(),
  iat: z.number(),
  exp: z.number(),
  roles: z.array(AccountRole),
  /** How it was signed in: `pwd`, `otp`, `fed` (RFC 8176, and ours). */
  amr: z.array(z.string()),
  auth_time: z.number(),
  /** When a password or second factor was last shown. */
  step_up_at: z.number().optional(),
  /** Who acts as `sub` (RFC 8693, 4.1). */
  act: z.object({ sub: z.string() }).optional(),
});
export type Claims = z.output<typeof Claims>;

/** The `typ` of its header: an access token, and nothing else that these keys may ever sign. */
export const tokenType = "at+jwt";

/** The strongest of the roles. */
export const strongest = (of: readonly Role[]): Role =>
  roles.find((role) => of.includes(role)) ?? "guest";

export const callerOf = (claims: Claims, door: Door): Caller =>
  Object.freeze({
    id: claims.sub,
    role: strongest(claims.roles),
    roles: Object.freeze(claims.roles),
    door,
    session: claims.sid,
    ...(claims.step_up_at === undefined ? {} : { stepUpAt: claims.step_up_at * 1_000 }),
    ...(claims.act ? { actor: claims.act.sub } : {}),
  });

/** The doors where roles are of any use; who acts for somebody else gets in at the public one. */
export const doorsFor = (of: readonly Role[], actsForAnother = false): Door[] => {
  const boss = of.includes("admin") || of.includes("operator");
  if (actsForAnother) return ["public"];
  return doors.filter(
    (door) =>
      door === "public" ||
      boss ||
      (door === "seller" && of.includes("seller")) ||
      (door === "logistics" && of.includes("courier")) ||
      (door === "admin" && of.includes("moderator")),
  );
};
