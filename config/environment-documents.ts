/** Where documents are kept; under DATA_DIR when no server is named. */
import { z } from "zod";

export const documentsVariables = {
  MONGO_URL: z.url({ protocol: /^mongodb(\+srv)?$/, error: "mongodb://…" }).optional(),
  POSTGRES_URL: z.url({ protocol: /^postgres(ql)?$/, error: "postgres://…" }).optional(),
  /** The durable role: append-only, never evicting; REDIS_URL is the disposable one. */
  REDIS_STORE_URL: z.url({ protocol: /^rediss?$/, error: "redis://… or rediss://…" }).optional(),
} as const;
