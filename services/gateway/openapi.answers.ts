/** The answers of a path for the OpenAPI document: what it gives and what it refuses. Pure. */

import type { ProblemKind } from "../shared/problem.ts";
import { ParamsInvalid } from "../shared/problem.ts";
import type { Schema } from "./coerce.ts";
import { answerTo } from "./problems.ts";
import * as refusals from "./refusals.ts";
import type { DoorRoute } from "./routes.ts";

type Plain = Record<string, unknown>;

const requestId = "0199a3c2-5f7e-4c86-9b1a-2f6f3d1c8e55";

/** RFC 9457 as the doors write it. */
export const problemSchema: Schema = {
  type: "object",
  properties: {
    type: { type: "string", format: "uri-reference" },
    title: { type: "string" },
    status: { type: "integer", minimum: 400, maximum: 599 },
    detail: { type: "string" },
    instance: { type: "string", description: "The id of the request" },
    errors: {
      type: "array",
      items: {
        type: "object",
        properties: { path: { type: "string" }, message: { type: "string" } },
        required: ["path", "message"],
      },
    },
    data: { type: "object", description: "The facts of the problem, for programs" },
  },
  required: ["type", "title", "status", "detail", "instance"],
};

const header = (description: string): Plain => ({ description, schema: { type: "string" } });
const headers = { "X-Request-Id": header("The id of the request, to quote when it failed") };

const example = (kind: ProblemKind): Plain => {
  const { body } = answerTo({ type: kind.type, message: kind.sentence.en }, requestId, "en");
  return { summary: kind.type, value: body };
};

/** Problems of one status as one answer, each with an example. */
export function refusal(kinds: readonly ProblemKind[]): Plain {
  return {
    description: kinds.map((kind) => kind.type).join(", "),
    headers,
    content: {
      "application/problem+json": {
        schema: { $ref: "#/components/schemas/Problem" },
        examples: Object.fromEntries(kinds.map((kind) => [kind.type, example(kind)])),
      },
    },
  };
}

export function refusalsByStatus(kinds: readonly ProblemKind[]): Record<string, Plain> {
  const byStatus = new Map<number, ProblemKind[]>();
  for (const kind of kinds) {
    const others = byStatus.get(kind.status) ?? [];
    if (!others.includes(kind)) byStatus.set(kind.status, [...others, kind]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [String(status), refusal(some)] as const),
  );
}

const { BodyInvalid, BodyTooLarge, JsonInvalid, MediaTypeRefused, RequestTooSlow } = refusals;
const { HeadersTooLarge, RequestMalformed, RoleRefused, TimedOut, TokenRefused } = refusals;
const { Unavailable, Unexpected, UrlInvalid } = refusals;
const ofBodies = [BodyInvalid, JsonInvalid, RequestTooSlow, BodyTooLarge, MediaTypeRefused];

/** Everything that a path refuses: its own problems and those of the door. */
export function refusalsOf({ contract, byQuery }: DoorRoute, guarded: boolean) {
  return refusalsByStatus([
    ...(contract.problems ?? []),
    ParamsInvalid,
    UrlInvalid,
    RequestMalformed,
    ...(byQuery && !contract.upload ? [] : ofBodies),
    ...(guarded ? [TokenRefused, RoleRefused] : []),
    HeadersTooLarge,
    Unexpected,
    Unavailable,
    TimedOut,
  ]);
}

const cached = {
  ETag: header("For If-None-Match"),
  "Cache-Control": header("How long and by whom the answer may be kept"),
};

/** What a path gives. */
export function responsesOf({ contract, method }: DoorRoute, result: Schema) {
  const status = contract.status ?? 200;
  if (contract.download) {
    const content = { "*/*": { schema: { type: "string", format: "binary" } } };
    const named = { ...headers, "Content-Disposition": header("The name of the file") };
    return { [status]: { description: contract.summary, headers: named, content } };
  }
  const reads = method === "GET" && status === 200;
  return {
    [status]: {
      description: contract.summary,
      headers: reads ? { ...headers, ...cached } : headers,
      content: { "application/json": { schema: result } },
    },
    ...(reads ? { 304: { description: "The asker has it already", headers } } : {}),
  };
}

/** Headers that a path takes, as parameters. */
export function parameterHeaders({ contract, method }: DoorRoute): Plain[] {
  const one = (name: string, description: string, schema: Plain = { type: "string" }): Plain => ({
    name,
    in: "header",
    required: false,
    description,
    schema,
  });
  const reads = method === "GET" && !contract.download;
  const key = { type: "string", pattern: "^[!-~]{1,200}$" };
  return [
    one("Accept-Language", "Languages of titles, extracts and problems"),
    ...(reads ? [one("If-None-Match", "The ETag of what the asker has")] : []),
    ...(contract.claims ? [one("Idempotency-Key", "The same key has its effect once", key)] : []),
  ];
}
