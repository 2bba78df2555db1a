/** How the nodes of one house reach each other; without any of it a node is the whole house. */
import { z } from "zod";

const server = /^(nats|tls):\/\/[^\s,]+$/;

export const transportVariables = {
  /** One server or several of one cluster. */
  NATS_URL: z
    .string()
    .transform((text) => text.split(",").map((part) => part.trim()))
    .refine(
      (all) => all.every((one) => server.test(one)),
      "nats://… or tls://…, with commas between",
    )
    .optional(),
} as const;
