/** Who stands at a door. Sign-in will be one more way to be recognised. */
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Door, Meta, Role } from "../shared/contract.ts";
import { RoleRefused, TokenRefused } from "./refusals.ts";

export type Caller = NonNullable<Meta["caller"]>;
/** Finds out who asks. Throws TOKEN_REFUSED. */
export type Recognise = (req: IncomingMessage) => Caller;

const caller = (id: string, role: Role, door: Door): Caller => Object.freeze({ id, role, door });

/** Everybody is a guest. */
export function guests(door: Door): Recognise {
  const guest = caller("guest", "guest", door);
  return () => guest;
}

const digest = (text: string) => createHash("sha256").update(text).digest();

/** Whoever has the operator's token is the operator; compared in constant time. */
export function operators(door: Door, token: string): Recognise {
  const operator = caller("operator", "operator", door);
  const wanted = digest(token);
  return ({ headers: { authorization = "" } }) => {
    const given = /^Bearer +(\S{1,500}) *$/i.exec(authorization)?.[1] ?? "";
    if (!timingSafeEqual(digest(given), wanted)) throw TokenRefused();
    return operator;
  };
}

/** @throws ROLE_REFUSED; TOKEN_REFUSED for a guest, who may become more by signing in */
export function admit({ role }: Caller, needs: Role): void {
  const enough =
    needs === "guest" ||
    role === needs ||
    role === "admin" ||
    (role === "operator" && needs !== "admin");
  if (enough) return;
  throw role === "guest" ? TokenRefused() : RoleRefused({ role: needs });
}
