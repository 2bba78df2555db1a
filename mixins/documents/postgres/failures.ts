/** What the driver and the server throw, as the house calls it. Pure. */
import type { Problem } from "../../../services/shared/problem.ts";
import { Duplicate, EngineAway, TextRefused, WriteFailed } from "../failures.ts";

/** Of the server's errors; the driver's own have no severity. */
interface Failure {
  code?: string;
  severity?: string;
  detail?: string;
  message?: string;
}
const facts = (error: unknown): Failure =>
  typeof error === "object" && error !== null ? (error as Failure) : {};

/** SQLSTATE of an error of the server (PostgreSQL, Appendix A); undefined for the driver's. */
export const stateOf = (error: unknown): string | undefined => {
  const { code, severity } = facts(error);
  return severity === undefined ? undefined : code;
};

/** Shutting down, starting, cancelled for its time, too many connections, connection lost. */
const away = /^(08|57P|57014|53300)/;
/** Rolled back, since another was in the way: a serialization failure or a deadlock. */
const rolledBack = /^40(001|P01)/;
/** Disk full or out of memory, read-only, the server's own files. */
const refused = /^(53[12]|25006|58|XX00[12])/;

/** JSON that JSONB does not take: a character that PostgreSQL has not. */
const unkept = /^22P0[25]/;

/** Nothing of it was done, and another try may succeed at once. */
export const isRolledBack = (error: unknown): boolean => rolledBack.test(stateOf(error) ?? "");

/** Whether the server is away, rather than of another mind. */
export function isAway(error: unknown): boolean {
  const state = stateOf(error);
  return state === undefined ? isOfDriver(error) : away.test(state);
}

const network = /^(E(?!RR_)|ERR_(STREAM|SOCKET)_)/;

/** Whatever the network or the driver says: `ECONNRESET`, `Query read timeout`. */
const isOfDriver = (error: unknown): boolean =>
  network.test(facts(error).code ?? "") ||
  /timeout|terminated|connection|not queryable|ended/i.test(facts(error).message ?? "");

/** `Key (field, value)=(ids, "tt1") already exists.`, in whatever language. */
const taken = /\((?:field, value|id)\)=\((.*)\)/s;

/** Which unique value was taken. */
export function takenIn(error: unknown): { field: string; value: string } | undefined {
  if (stateOf(error) !== "23505") return undefined;
  const { detail = "" } = facts(error);
  const found = taken.exec(detail)?.[1] ?? "";
  if (!detail.includes("(field, value)=")) return { field: "id", value: found };
  const comma = found.indexOf(", ");
  const [field, value] = [found.slice(0, comma), found.slice(comma + 2)];
  return { field, value: value.startsWith("sha256:") ? value : String(JSON.parse(value)) };
}

/** The problem that an error is, or the error itself where nobody expects it. */
export function asProblem(error: unknown, collection: string): Problem | unknown {
  const duplicate = takenIn(error);
  if (duplicate) return Duplicate({ collection, ...duplicate });
  const cause = { cause: error };
  if (isAway(error)) return Object.assign(EngineAway({ engine: "PostgreSQL" }), cause);
  if (unkept.test(stateOf(error) ?? "")) return Object.assign(TextRefused(), cause);
  if (refused.test(stateOf(error) ?? "")) {
    return Object.assign(WriteFailed({ reason: facts(error).message ?? "" }), cause);
  }
  return error;
}
