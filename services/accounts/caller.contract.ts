/** Who asks, for those to whom it matters: in person or by somebody of the support, or nobody. */
import type { Caller, Meta } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import { AccountId } from "./accounts.contract.ts";

export const StandIn = problem("STAND_IN_REFUSED", 403, {
  en: "Who acts for somebody else may not do this. Only the owner of the account may.",
  ru: "Действуя от чужого имени, этого делать нельзя. Это может только владелец.",
});
export const NotSignedIn = problem("NOT_SIGNED_IN", 401, {
  en: "This is for who has signed in. Ask POST /v1/auth/sign-in for a token and send it along.",
  ru: "Это доступно после входа. Получите токен: POST /v1/auth/sign-in.",
});
/**
 * Whose request it is. The house's own token is no account's.
 * @throws NotSignedIn for nobody's; StandIn where it must be done in person and somebody acts for it
 */
export function ownerOf({ caller }: Meta, inPerson = false): Caller {
  if (!caller || caller.role === "guest") throw NotSignedIn();
  if (!AccountId.safeParse(caller.id).success) throw NotSignedIn();
  if (inPerson && caller.actor !== undefined) throw StandIn();
  return caller;
}

/** Who did it, for the record. */
export const doer = ({ caller }: Meta): string =>
  caller && caller.role !== "guest" ? caller.id : "house";
