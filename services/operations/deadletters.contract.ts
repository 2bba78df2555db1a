import { z } from "zod";
import { action, page } from "../shared/contract.ts";

export const DeadLetter = z.strictObject({
  id: z.string(),
  channel: z.string(),
  group: z.string(),
  attempts: z.int(),
  error: z.strictObject({ name: z.string(), message: z.string(), type: z.string().nullable() }),
  message: z.unknown(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
});

const filter = { channel: z.string().max(200).optional(), group: z.string().max(200).optional() };

export const list = action(
  "deadletters.list",
  z.strictObject({
    ...filter,
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().max(200).optional(),
  }),
  page(DeadLetter),
  {
    summary: "Messages that their readers could not handle, the oldest first.",
    route: "GET /v1/deadletters",
    opens: { admin: "operator" },
  },
);
export const redrive = action(
  "deadletters.redrive",
  z.strictObject({ ...filter, ids: z.array(z.string()).max(500).optional() }),
  z.strictObject({ redriven: z.int() }),
  {
    summary: "Gives dead letters to their group once more: by ids, or all that the filter names.",
    route: "POST /v1/deadletters/redrive",
    opens: { admin: "operator" },
  },
);
