/** Who is left alone because it failed too often, as the nodes that ask see it. */
import { z } from "zod";
import { action } from "../shared/contract.ts";

export const Breaker = z.strictObject({
  node: z.string(),
  /** An action, or an outside program. */
  target: z.string(),
  state: z.enum(["closed", "open", "half-open"]),
  /** Within the present window. */
  asked: z.int(),
  failed: z.int(),
  openedAt: z.iso.datetime().nullable(),
});
const Breakers = z.strictObject({ items: z.array(Breaker), next: z.null() });
const target = z.strictObject({ target: z.string().max(200).optional() });
const Closed = z.strictObject({ closed: z.int() });
const opens = { admin: "operator" } as const;

export const list = action("breakers.list", z.strictObject({}), Breakers, {
  summary: "The circuit breakers of all nodes that were asked something yet.",
  route: "GET /v1/breakers",
  opens,
});
export const reset = action("breakers.reset", target, Closed, {
  summary: "Closes the breakers of a target, or all of them, on all nodes.",
  route: "POST /v1/breakers/reset",
  opens,
  idempotent: true,
});
/** Of the node that is asked; for the two above. */
export const here = action("breakers.here", z.strictObject({}), Breakers, {
  summary: "The breakers of one node.",
});
export const resetHere = action("breakers.resetHere", target, Closed, {
  summary: "Closes breakers of one node.",
});
