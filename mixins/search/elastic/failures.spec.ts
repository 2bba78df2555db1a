import { errors } from "@elastic/elasticsearch";
import { SearchUnavailableError } from "../errors.ts";
import { fateOf, IndexAwayError, understood } from "./failures.ts";

type Meta = ConstructorParameters<typeof errors.ResponseError>[0];

const answer = (statusCode: number, type: string, reason = "because") =>
  new errors.ResponseError({
    statusCode,
    headers: {},
    body: { error: { type, reason, root_cause: [{ type, reason }] } },
    warnings: null,
    meta: {},
  } as unknown as Meta);
const at = "search:9200";

test("who does not answer, or is too busy, is unavailable: the message says what to look at", () => {
  const away = [
    new errors.ConnectionError("connect ECONNREFUSED"),
    new errors.TimeoutError("Request timed out"),
    answer(429, "circuit_breaking_exception"),
    answer(503, "master_not_discovered_exception"),
    answer(401, "security_exception"),
    answer(403, "cluster_block_exception"),
  ].map((error) => understood(error, at) as Error);

  for (const error of away) {
    expect(error).toBeInstanceOf(SearchUnavailableError);
    expect(error.message).toContain(at);
  }
  expect(away[0]?.message).toMatch(/ELASTIC_URL/);
  expect(away[4]?.message).toMatch(/password of ELASTIC_URL, or ELASTIC_API_KEY/);
  expect(away[5]?.message).toMatch(/free some space/);
});

test("an index that is not there is told from a server that is not", () => {
  expect(understood(answer(404, "index_not_found_exception"), at)).toBeInstanceOf(IndexAwayError);
  expect(understood(answer(503, "search_phase_execution_exception"), at)).toBeInstanceOf(
    IndexAwayError,
  );
});

test("a request that is wrong is our mistake, and no outage", () => {
  const error = understood(answer(400, "parsing_exception", "unknown field"), at) as Error;

  expect(error).not.toBeInstanceOf(SearchUnavailableError);
  expect(error.message).toMatch(/search:9200 refused .*400 parsing_exception.*unknown field/);
});

test("what others throw goes through as it is", () => {
  const error = new TypeError("no");

  expect(understood(error, at)).toBe(error);
});

test.each([
  [201, undefined, "in"],
  [409, "version_conflict_engine_exception", "late"],
  [404, "index_not_found_exception", "gone"],
  [429, "es_rejected_execution_exception", "again"],
  [429, "cluster_block_exception", "shut"],
  [403, "security_exception", "shut"],
  [503, "unavailable_shards_exception", "again"],
  [400, "document_parsing_exception", "refused"],
] as const)("of a batch, status %i (%s) means that the document is %s", (status, type, fate) => {
  expect(fateOf(status, type)).toBe(fate);
});
