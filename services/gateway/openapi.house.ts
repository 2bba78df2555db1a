/** What every door answers beside its contracts, for the OpenAPI document. Pure. */
import { BodyInvalid, JsonInvalid } from "../../mixins/http/refusals.ts";
import { TooMany } from "../../mixins/limits/limits.ts";
import { TokenInvalid } from "../../mixins/tokens/reading.ts";
import { ParamsInvalid } from "../shared/problem.ts";
import { refusalsByStatus } from "./openapi.answers.ts";
import * as refusals from "./refusals.ts";

type Plain = Record<string, unknown>;

const json = (schema: Plain) => ({ "application/json": { schema } });
const status = {
  type: "object",
  properties: { status: { type: "string", const: "ok" } },
  required: ["status"],
};
const text = (type: string) => ({ [type]: { schema: { type: "string" } } });

const get = (operationId: string, summary: string, content: Plain, others: Plain = {}): Plain => ({
  get: {
    operationId,
    tags: ["house"],
    summary,
    responses: { 200: { description: summary, content }, ...others },
  },
});

const kept = { 304: { description: "The asker has it already" } };

/** The probes and the documentation. */
export const housePaths: Record<string, Plain> = {
  "/livez": get("livez", "The process lives.", json(status)),
  "/readyz": get(
    "readyz",
    "The door takes requests.",
    json(status),
    refusalsByStatus([refusals.NotReady]),
  ),
  "/openapi.json": get("openapi", "This document.", json({ type: "object" }), kept),
  "/docs": get("docs", "This document as a page.", text("text/html"), kept),
};

const { BodyTooLarge, MediaTypeRefused, RequestTooSlow } = refusals;
const { PathUnknown, RoleRefused, TimedOut, TokenRefused, Unavailable, Unexpected } = refusals;
const { ActionRefused, StepUpWanted } = refusals;

/** `POST /v1/call/{action}`: problems of the contract that is called come beside these. */
export const callPath = (names: string[], security: unknown): Record<string, Plain> => ({
  "/v1/call/{action}": {
    post: {
      operationId: "call",
      tags: ["house"],
      summary: "Asks any action that opens this door, by its name.",
      security,
      parameters: [
        { name: "action", in: "path", required: true, schema: { type: "string", enum: names } },
      ],
      requestBody: { required: false, content: json({ type: "object" }) },
      responses: {
        "2XX": { description: "What the action answers", content: json({}) },
        ...refusalsByStatus([
          ParamsInvalid,
          BodyInvalid,
          JsonInvalid,
          TokenRefused,
          TokenInvalid,
          RoleRefused,
          ActionRefused,
          StepUpWanted,
          PathUnknown,
          RequestTooSlow,
          BodyTooLarge,
          MediaTypeRefused,
          Unexpected,
          TooMany,
          Unavailable,
          TimedOut,
        ]),
        default: {
          description: "A problem of the action",
          content: {
            "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
          },
        },
      },
    },
  },
});
