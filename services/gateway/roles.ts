/** Who may ask what: the one place where the roles that contracts state are enforced. Pure. */
import type { Action, Caller, Door, Role } from "../shared/contract.ts";
import { ActionRefused, RoleRefused, StepUpWanted, TokenRefused } from "./refusals.ts";

/** What a role may beside its own; the order is not a line: a seller is no moderator. */
const beneath: Readonly<Record<Role, readonly Role[]>> = {
  guest: [],
  viewer: ["guest"],
  moderator: ["viewer"],
  seller: ["viewer"],
  courier: ["viewer"],
  operator: ["moderator", "seller", "courier"],
  admin: ["operator"],
};
export const roles = Object.keys(beneath) as Role[];

const all = (role: Role): Role[] => [role, ...beneath[role].flatMap(all)];
const held = new Map(roles.map((role) => [role, new Set(all(role))]));

/** Whether a role is or has beneath it the one that is needed. */
export const holds = (role: Role, needs: Role): boolean => held.get(role)?.has(needs) === true;

/** Who shows the house's own token has no session in which a password could be shown. */
export const isHouse = ({ role, session, key }: Caller): boolean =>
  role === "operator" && session === undefined && key === undefined;

/** `films.get` is within `films.get` and `films.*`. */
const within = (name: string, actions: readonly string[]): boolean =>
  actions.some((one) => one === name || (one.endsWith(".*") && name.startsWith(one.slice(0, -1))));

/**
 * Lets a caller through to an action, or not.
 *
 * @param rules.stepUpMs so long ago may the password or second factor have been shown
 * @throws TOKEN_REFUSED for a guest, who may become more by signing in; ROLE_REFUSED,
 *   ACTION_REFUSED, STEP_UP_WANTED
 */
export function admit(
  caller: Caller,
  { name, stepUp }: Action,
  needs: Role,
  rules: { stepUpMs: number; now: () => number },
): void {
  if (!holds(caller.role, needs) && !caller.roles?.some((role) => holds(role, needs))) {
    throw caller.role === "guest" ? TokenRefused() : RoleRefused({ role: needs });
  }
  if (caller.actions?.length && !within(name, caller.actions))
    throw ActionRefused({ action: name });
  if (!stepUp || isHouse(caller)) return;
  if (rules.now() - (caller.stepUpAt ?? Number.NEGATIVE_INFINITY) > rules.stepUpMs) {
    throw StepUpWanted();
  }
}

/** One cell of the table: a role at a door, before an action that opens it or does not. */
export interface Row {
  readonly action: string;
  readonly route: string;
  readonly door: Door;
  /** Who may ask at least. */
  readonly needs: Role;
  /** All who may. */
  readonly may: readonly Role[];
  readonly stepUp: boolean;
}

/** Action × door × role, in the order of names and doors. */
export function tableOf(contracts: readonly Action[]): Row[] {
  return contracts
    .flatMap(({ name, route, opens = {}, stepUp = false }) =>
      Object.entries(opens).map(([door, needs]) => ({
        action: name,
        route: route ?? "by name",
        door: door as Door,
        needs,
        may: roles.filter((role) => holds(role, needs)),
        stepUp,
      })),
    )
    .toSorted((a, b) => (`${a.action} ${a.door}` < `${b.action} ${b.door}` ? -1 : 1));
}
