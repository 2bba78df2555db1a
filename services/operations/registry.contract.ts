import { z } from "zod";
import { action } from "../shared/contract.ts";

export const nodes = action(
  "registry.nodes",
  z.strictObject({}),
  z.strictObject({
    items: z.array(
      z.strictObject({
        id: z.string(),
        available: z.boolean(),
        local: z.boolean(),
        services: z.array(z.string()),
        hostname: z.string(),
        cpu: z.number().nullable(),
        uptimeSeconds: z.number().nullable(),
      }),
    ),
    next: z.null(),
  }),
  { summary: "The nodes of the house.", route: "GET /v1/nodes", opens: { admin: "operator" } },
);
export const services = action(
  "registry.services",
  z.strictObject({}),
  z.strictObject({
    items: z.array(
      z.strictObject({
        name: z.string(),
        nodes: z.array(z.string()),
        actions: z.array(
          z.strictObject({ name: z.string(), summary: z.string(), callable: z.boolean() }),
        ),
      }),
    ),
    next: z.null(),
  }),
  {
    summary: "The actors of the house and what they can be asked.",
    route: "GET /v1/services",
    opens: { admin: "operator" },
  },
);
