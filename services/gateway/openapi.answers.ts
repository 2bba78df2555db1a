/** The answers of a path for the OpenAPI document: what it gives and what it refuses. Pure. */

import type { Schema } from "../../mixins/http/coerce.ts";
import { BodyInvalid, JsonInvalid, UrlInvalid } from "../../mixins/http/refusals.ts";
import { TooMany } from "../../mixins/limits/limits.ts";
import { BreakerOpen, BulkheadFull } from "../../mixins/resilience/failure.ts";
import { AnswerNotKept, KeyReused, KeyRunning } from "../../mixins/resilience/once.ts";
import { TokenInvalid } from "../../mixins/tokens/reading.ts";
import { KeyRefused } from "../access/apikeys.contract.ts";
import type { ProblemKind } from "../shared/problem.ts";
import { ParamsInvalid } from "../shared/problem.ts";
import { answerTo } from "./problems.ts";
import * as refusals from "./refusals.ts";
import { type DoorRoute, hasBytes } from "./routes.ts";

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
const headers = {
  "X-Request-Id": header("The id of the request, to quote when it failed"),
  "RateLimit-Limit": header("How often one may ask within a window"),
  "RateLimit-Remaining": header("How often yet"),
  "RateLimit-Reset": header("Seconds until the next window"),
};

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

const { BodyTooLarge, MediaTypeRefused, RequestTooSlow } = refusals;
const { HeadersTooLarge, RequestMalformed, RoleRefused, TimedOut, TokenRefused } = refusals;
const { ActionRefused, StepUpWanted, Unavailable, Unexpected } = refusals;
const ofBodies = [BodyInvalid, JsonInvalid, RequestTooSlow, BodyTooLarge, MediaTypeRefused];

const ofKeys = [KeyReused, KeyRunning, AnswerNotKept];
const ofRoles = [RoleRefused, ActionRefused];

/** Everything that a path refuses: its own problems and those of the door. */
export function refusalsOf({ contract, byQuery, method, needs, pathNames }: DoorRoute) {
  return refusalsByStatus([
    ...(contract.problems ?? []),
    ParamsInvalid,
    UrlInvalid,
    RequestMalformed,
    ...(byQuery && !hasBytes(contract) ? [] : ofBodies),
    ...(hasBytes(contract) ? [refusals.StorageRefused] : []),
    ...(contract.upload?.field || contract.form ? [refusals.FormTooLarge] : []),
    ...(contract.ticket ? [refusals.TicketRefused] : []),
    // A word that is empty or too long for any name leads nowhere.
    ...(contract.ticket || pathNames.length > 0 ? [refusals.PathUnknown] : []),
    ...[TokenRefused, TokenInvalid, KeyRefused, refusals.OperatorTokenRetired],
    ...(needs === "guest" ? [ActionRefused] : ofRoles),
    ...(contract.stepUp ? [StepUpWanted] : []),
    ...(method === "GET" ? [] : ofKeys),
    ...(contract.download ? [refusals.RangeRefused] : []),
    TooMany,
    BreakerOpen,
    BulkheadFull,
    HeadersTooLarge,
    Unexpected,
    Unavailable,
    refusals.NotReady,
    TimedOut,
  ]);
}

const cached = {
  ETag: header("For If-None-Match"),
  "Cache-Control": header("How long and by whom the answer may be kept"),
  Age: header("Seconds since the answer was made, where the house has kept it"),
  Warning: header("That the answer is from before, since nobody can be asked"),
};

/** What a path gives. */
export function responsesOf({ contract, method }: DoorRoute, result: Schema) {
  const status = contract.status ?? 200;
  if (contract.download) {
    const content = { "*/*": { schema: { type: "string", format: "binary" } } };
    const named = { ...headers, "Content-Disposition": header("The name of the file") };
    const part = { description: "The part that was asked for", headers: named, content };
    return { [status]: { description: contract.summary, headers: named, content }, 206: part };
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
