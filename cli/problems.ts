/** What a door refused (RFC 9457 problem details), as a failure with its next step. */
import { exit, type Facts, Failure } from "./failure.ts";

/** Next steps by the type of problem, where its sentence does not end with one. */
const byType: Record<string, string> = {
  FILM_NOT_FOUND: "bijou films search <words>",
  FILM_STALE: "Read the film again (bijou films show <id>), then repeat.",
  FILM_STATE_REFUSED: "See what it is now: bijou films show <id>",
  IMPORT_NOT_FOUND: "bijou imports list",
  IMPORT_REFUSED: "See where it is: bijou imports show <id>",
  IMPORT_SOURCE_INVALID: "Correct the files or the options, see: bijou imports run --help",
  ACCOUNT_NOT_FOUND: "bijou accounts list",
  EMAIL_TAKEN: "bijou accounts list --email <email>",
  MAIL_NOT_FOUND: "bijou mail list",
  REFRESH_REFUSED: "Sign in again: bijou login <email>",
  OPERATOR_TOKEN_RETIRED: "bijou login <email>",
  CURSOR_INVALID: "Ask for the first page: leave --cursor out.",
};

/** Next steps by HTTP status, for all others. */
const byStatus: Record<number, string> = {
  401: "Give the operator token: --token, BIJOU_TOKEN, or bijou contexts set.",
  403: "Ask with a token that may do this.",
  404: "See what there is: bijou services, bijou --help. Is --url the admin door?",
  409: "Look at its state first, then repeat.",
  412: "Read it again, then repeat.",
  413: "Send less at once.",
  422: "Correct what is named and repeat.",
  429: "Wait a moment, then repeat.",
  507: "Free space on the house's disk, then repeat: bijou doctor",
};
const later = "Repeat in a few seconds; if it stays so: bijou doctor";
const houseBug = "This is a mistake in the house, not yours: see its log, then report it.";

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** `https://…/problems/FILM_NOT_FOUND`, `#film-not-found` and the bare name are all the same. */
const typeOf = (value: unknown): string | undefined =>
  text(value)?.split(/[/#:]/).at(-1)?.replaceAll("-", "_").toUpperCase();

function faultsOf(value: unknown): Facts["errors"] {
  if (!Array.isArray(value)) return undefined;
  return value.map((fault: Record<string, unknown> | null) => ({
    path: text(fault?.path) ?? text(fault?.field) ?? text(fault?.pointer) ?? "",
    message: text(fault?.message) ?? text(fault?.detail) ?? "is wrong",
  }));
}

/** 4xx: refused. 500: a bug of the house. Other 5xx: it cannot answer now. */
export function exitOf(status: number): number {
  if (status < 500) return exit.refused;
  return status === 500 || status === 501 ? exit.bug : exit.unreachable;
}

/**
 * @param status the HTTP status
 * @param body the parsed answer; anything, since proxies answer too
 * @param hint a better next step than the general one of the status, where the caller knows it
 */
export function refusal(status: number, body: unknown, hint?: string): Failure {
  const given = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const type = typeOf(given.type);
  const known = type !== undefined && type !== "BLANK" ? type : `HTTP_${status}`;
  const title = text(given.title) ?? `The house answered ${status}.`;
  const errors = faultsOf(given.errors);
  const instance = text(given.instance);
  const code = exitOf(status);
  const general = code === exit.bug ? houseBug : code === exit.unreachable ? later : undefined;
  return new Failure(code, {
    type: known,
    title,
    ...(text(given.detail) ? { detail: text(given.detail) } : {}),
    status,
    ...(errors ? { errors } : {}),
    ...(instance ? { instance } : {}),
    next: byType[known] ?? hint ?? byStatus[status] ?? general ?? "See: bijou --help",
  });
}
