/** What searches; embedded under DATA_DIR when no server is named. */
import { z } from "zod";

export const searchVariables = {
  ELASTIC_URL: z.url({ protocol: /^https?$/, error: "http://… or https://…" }).optional(),
} as const;
