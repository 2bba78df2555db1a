/** How the nodes of one house reach each other; without any of it a node is the whole house. */
import { accessSync, constants } from "node:fs";
import { z } from "zod";
import type { NatsSettings } from "../mixins/cluster/nats-options.ts";

const readable = (path: string): boolean => {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
};
const file = z.string().refine(readable, "the path of a file that this user can read").optional();

const server = (text: string): boolean =>
  /^(nats|tls):\/\//.test(text) && URL.canParse(text) && new URL(text).hostname !== "";

export const transportVariables = {
  /** Which carries calls and events; NATS where NATS_URL is set. */
  TRANSPORT: z.enum(["nats", "redis"], "nats or redis").optional(),
  /** One server or several of one cluster. */
  NATS_URL: z
    .string()
    .transform((text) => text.split(",").flatMap((part) => part.trim() || []))
    .refine(
      (all) => all.length > 0 && all.every(server),
      "nats://… or tls://…, with commas between",
    )
    .optional(),
  NATS_CREDS: file,
  NATS_TLS_CA: file,
  NATS_TLS_CERT: file,
  NATS_TLS_KEY: file,
  /** From it every other secret of the house is made, but the operator's token. */
  HOUSE_SECRET: z.string().min(32, "at least 32 characters").optional(),
} as const;

interface Said {
  TRANSPORT?: "nats" | "redis" | undefined;
  NATS_URL?: readonly string[] | undefined;
  NATS_CREDS?: string | undefined;
  NATS_TLS_CA?: string | undefined;
  NATS_TLS_CERT?: string | undefined;
  NATS_TLS_KEY?: string | undefined;
}

/** Where NATS is, and as whom to come. */
export const natsOf = (said: Said): NatsSettings => ({
  servers: said.NATS_URL ?? [],
  creds: said.NATS_CREDS,
  ca: said.NATS_TLS_CA,
  cert: said.NATS_TLS_CERT,
  key: said.NATS_TLS_KEY,
});

/** What of these cannot stand together. */
export function transportFaults(said: Said, redisUrl: string | undefined): string[] {
  const faults: string[] = [];
  if (said.TRANSPORT === "nats" && !said.NATS_URL) {
    faults.push("TRANSPORT=nats wants NATS_URL: set it to nats://…, or unset TRANSPORT");
  }
  if (said.TRANSPORT === "redis" && !redisUrl) {
    faults.push("TRANSPORT=redis wants REDIS_URL: set it to redis://…, or unset TRANSPORT");
  }
  if (!said.NATS_TLS_CERT !== !said.NATS_TLS_KEY) {
    faults.push("NATS_TLS_CERT and NATS_TLS_KEY go together: set both, or neither");
  }
  return faults;
}
