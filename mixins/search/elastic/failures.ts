/** What the client's errors mean to whoever asked. Pure. */
import { errors } from "@elastic/elasticsearch";
import { SearchUnavailableError } from "../errors.ts";

/** The index is gone (a rebuild was swapped in, somebody removed it) or is not open yet. */
export class IndexAwayError extends SearchUnavailableError {}

/** A search without a shard to ask, and an index that is not there. */
const away = new Set([
  "index_not_found_exception",
  "aliases_not_found_exception",
  "no_shard_available_action_exception",
  "search_phase_execution_exception",
]);

/** @param where host and port, without secrets */
export function understood(error: unknown, where: string): unknown {
  if (!(error instanceof errors.ElasticsearchClientError)) return error;
  const server = `Elasticsearch at ${where}`;
  if (!(error instanceof errors.ResponseError)) {
    const hint = /certificate/.test(error.message)
      ? "let ELASTIC_CA name the certificate of the authority that signed its own"
      : "see that it runs and that ELASTIC_URL names it; it is tried again by itself";
    return new SearchUnavailableError(`${server} does not answer (${error.message}): ${hint}.`);
  }
  const { statusCode: status = 0 } = error;
  const { type, reason } = causeOf(error.body);
  if (away.has(type) && status !== 400) {
    return new IndexAwayError(`${server} has no index open (${type}): it opens by itself.`);
  }
  if (status === 401 || status === 403) return new SearchUnavailableError(refusal(server, type));
  if (status === 429 || status >= 500) {
    return new SearchUnavailableError(`${server} cannot do it now (${status} ${type}): try again.`);
  }
  return new Error(`${server} refused a request (${status} ${type}): ${reason}`);
}

function refusal(server: string, type: string): string {
  // A full disk shuts the index.
  if (type === "cluster_block_exception") {
    return `${server} takes nothing in (${type}): free some space on its disk.`;
  }
  const hint = "check the user and password of ELASTIC_URL, or ELASTIC_API_KEY, and their rights";
  return `${server} refuses us (${type}): ${hint}.`;
}

/** The innermost of what an answer says went wrong. */
export function causeOf(body: unknown): { type: string; reason: string } {
  const error = field(body, "error");
  const cause = field(field(error, "root_cause"), 0) ?? error;
  const text = (name: string) => String(field(cause, name) ?? "unknown");
  return { type: text("type"), reason: text("reason") };
}

/** What happened to one document of a bulk request. */
export type Fate = "in" | "late" | "again" | "gone" | "shut" | "refused";

/** @param status of the one document, `type` of its error */
export function fateOf(status: number, type?: string): Fate {
  if (status < 300) return "in";
  if (status === 409) return "late";
  if (status === 404) return "gone";
  if (type === "cluster_block_exception" || status === 401 || status === 403) return "shut";
  return status === 429 || status >= 500 ? "again" : "refused";
}

const field = (value: unknown, name: string | number): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
