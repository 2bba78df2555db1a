/** Shapes are checked where they arrive; what is wrong becomes one of three problems. */
import { z } from "zod";
import { type Problem, problem } from "./problem.ts";

const Faults = z.object({
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
  summary: z.string(),
});

export const ParamsInvalid = problem(
  "PARAMS_INVALID",
  422,
  {
    en: "The request is not as the contract says. {summary}. Correct what is named and ask again.",
    ru: "Запрос не соответствует контракту. {summary}. Исправьте указанное и повторите.",
  },
  Faults,
);
export const MessageInvalid = problem(
  "MESSAGE_INVALID",
  422,
  {
    en: "A message is not as its contract says. {summary}. Mend its sender, then redrive it.",
    ru: "Сообщение не соответствует контракту. {summary}. Исправьте отправителя и повторите.",
  },
  Faults,
);
export const ResultInvalid = problem(
  "RESULT_INVALID",
  500,
  {
    en: "An actor answered with a shape that its contract does not say. {summary}.",
    ru: "Ответ не соответствует контракту. {summary}.",
  },
  Faults,
);

type Made = (facts: z.input<typeof Faults>) => Problem;

/**
 * The value as its schema reads it.
 *
 * @param name what is checked, for the sentence
 * @param wrong the problem to throw; at most twenty faults are told
 */
export function check<T extends z.ZodType>(name: string, schema: T, value: unknown, wrong: Made) {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data as z.output<T>;
  const errors = parsed.error.issues.slice(0, 20).map((issue) => ({
    path: issue.path.join("."),
    message: issue.message,
  }));
  const summary = errors.map((e) => (e.path ? `${e.path}: ${e.message}` : e.message)).join("; ");
  throw wrong({ errors, summary: `${name}: ${summary}` });
}
