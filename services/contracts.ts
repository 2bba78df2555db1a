/** Every contract of the house. A test compares this list with the files. */
import * as apikeys from "./access/apikeys.contract.ts";
import * as ending from "./access/ending.contract.ts";
import * as keys from "./access/keys.contract.ts";
import * as linking from "./access/linking.contract.ts";
import * as oidc from "./access/oidc.contract.ts";
import * as sessions from "./access/sessions.contract.ts";
import * as audit from "./accounts/audit.contract.ts";
import * as auth from "./accounts/auth.contract.ts";
import * as exports from "./accounts/export.contract.ts";
import * as mail from "./accounts/mail.contract.ts";
import * as support from "./accounts/support.contract.ts";
import * as users from "./accounts/users.contract.ts";
import * as absorb from "./catalog/absorb.contract.ts";
import * as films from "./catalog/films.contract.ts";
import * as people from "./catalog/people.contract.ts";
import * as search from "./catalog/search.contract.ts";
import * as doors from "./gateway/doors.contract.ts";
import * as realtime from "./gateway/realtime.contract.ts";
import * as imports from "./imports/imports.contract.ts";
import * as answers from "./operations/answers.contract.ts";
import * as breakers from "./operations/breakers.contract.ts";
import * as deadletters from "./operations/deadletters.contract.ts";
import * as migrations from "./operations/migrations.contract.ts";
import * as moves from "./operations/moves.contract.ts";
import * as registry from "./operations/registry.contract.ts";
import type { Action, Channel, Event } from "./shared/contract.ts";

const modules = [
  support,
  sessions,
  ending,
  oidc,
  linking,
  keys,
  auth,
  audit,
  users,
  exports,
  mail,
  apikeys,
  absorb,
  films,
  imports,
  people,
  search,
  realtime,
  doors,
  answers,
  breakers,
  migrations,
  deadletters,
  moves,
  registry,
];

const isOf = (value: unknown, kind: string): boolean =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
const isAction = (value: unknown): value is Action => isOf(value, "action");
const isEvent = (value: unknown): value is Event => isOf(value, "event");
const isChannel = (value: unknown): value is Channel => isOf(value, "channel");

export const actions: readonly Action[] = modules.flatMap((m) => Object.values(m).filter(isAction));
export const events: readonly Event[] = modules.flatMap((m) => Object.values(m).filter(isEvent));
export const channels: readonly Channel[] = modules.flatMap((m) =>
  Object.values(m).filter(isChannel),
);
