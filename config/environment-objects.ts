/** Where objects are kept: uploads, reports, media; under DATA_DIR when no server is named. */
import { z } from "zod";

const text = z.string().min(1, "a text").optional();

export const objectsVariables = {
  S3_ENDPOINT: z.url({ protocol: /^https?$/, error: "http://… or https://…" }).optional(),
  S3_REGION: text,
  S3_ACCESS_KEY: text,
  S3_SECRET_KEY: text,
  S3_BUCKET: text,
} as const;
