/** What was answered under an Idempotency-Key: for the doors alone, no door opens it. */
import { z } from "zod";
import { action } from "../shared/contract.ts";

const id = z.uuid();
const Answer = z.strictObject({ status: z.int(), text: z.string() });

export const claim = action(
  "answers.claim",
  z.strictObject({ id, fingerprint: z.string().max(100) }),
  z.union([
    z.strictObject({ state: z.enum(["mine", "running", "other", "forgotten"]) }),
    z.strictObject({ state: z.literal("done"), answer: Answer }),
  ]),
  { summary: "Takes a key for a request, or says what became of it." },
);
export const keep = action(
  "answers.keep",
  z.strictObject({ id, answer: Answer.optional() }),
  z.null(),
  { summary: "It is done; without an answer where that is not to be kept." },
);
export const release = action("answers.release", z.strictObject({ id }), z.null(), {
  summary: "Nothing was done: the key may be taken again.",
});
