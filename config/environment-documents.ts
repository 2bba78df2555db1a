/** Where documents are kept; under DATA_DIR when no server is named. */
import { z } from "zod";
import { redisUrl } from "./environment-redis.ts";

export const documentsVariables = {
  /** `postgres,accounts=mongo`: see documents-choice.ts. */
  DOCUMENTS: z.string().optional(),
  /** Of a replica set all members, with commas: no URL in the sense of others. */
  MONGO_URL: z
    .string()
    .regex(
      /^mongodb(\+srv)?:\/\/[^\s/]+(\/\S*)?$/,
      "mongodb://host:27017/database, or several hosts",
    )
    .optional(),
  POSTGRES_URL: z.url({ protocol: /^postgres(ql)?$/, error: "postgres://…" }).optional(),
  /** The durable role: append-only, never evicting; REDIS_URL is the disposable one. */
  REDIS_STORE_URL: redisUrl,
  /** Connections of one process to PostgreSQL, at most. */
  POSTGRES_CONNECTIONS: z.coerce
    .number("a whole number, 1 to 500")
    .int("a whole number, 1 to 500")
    .min(1, "at least 1")
    .max(500, "at most 500")
    .default(10),
  /** Milliseconds; what takes longer is warned of. */
  DOCUMENTS_SLOW_MS: z.coerce
    .number("milliseconds, 1 to 60000")
    .int("milliseconds, 1 to 60000")
    .min(1, "at least 1")
    .max(60_000, "at most 60000")
    .default(200),
  /** What is due at start: done, refused, or done and nothing else. */
  MIGRATE: z.enum(["on", "off", "only"], "on, off or only").default("on"),
} as const;
