import { z } from "zod";

/** Languages in which the house speaks to people. */
export type Language = "en" | "ru";
export type Sentence = Readonly<Record<Language, string>>;

/** Timeouts, conflicts, stale versions, locks and limits: another try may find them gone. */
const passing = new Set([408, 409, 412, 423, 425, 429]);

/**
 * An expected failure. Classes do not survive the wire, so `type` is what tells one from another;
 * `code` is the HTTP status, `data` are the facts for programs, `message` is English for people.
 */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly type: string;
  readonly code: number;
  readonly data: Readonly<Record<string, unknown>>;
  /** Asking again may help only where the house, not the asker, was at fault. */
  readonly retryable: boolean;
  /** A message that fails with this will fail again: it goes to the dead letters at once. */
  readonly permanent: boolean;

  constructor(type: string, code: number, message: string, data: Record<string, unknown>) {
    super(message);
    this.type = type;
    this.code = code;
    this.data = data;
    this.retryable = code >= 500;
    this.permanent = code < 500 && !passing.has(code);
  }
}

/** What is known of a kind of problem. */
export interface ProblemKind {
  readonly type: string;
  readonly status: number;
  readonly sentence: Sentence;
  readonly data: z.ZodType;
}

/** A kind of problem, declared in a contract. Called with its facts it makes the error to throw. */
export interface ProblemType<D extends z.ZodType> extends ProblemKind {
  (
    ...facts: Record<string, never> extends z.input<D> ? [facts?: z.input<D>] : [z.input<D>]
  ): Problem;
  readonly data: D;
}

const registry = new Map<string, ProblemKind>();

/**
 * Declares a problem. `{name}` in a sentence is replaced by the fact of that name.
 *
 * @param type stable name for programs, `FILM_NOT_FOUND`; declared once in the house
 * @param status the HTTP status that a door answers
 * @param sentence what was wrong, where, and what to do next, in each language
 * @param data schema of the facts that come with it
 */
export function problem<D extends z.ZodType = z.ZodObject>(
  type: string,
  status: number,
  sentence: Sentence,
  data?: D,
): ProblemType<D> {
  if (registry.has(type)) throw new Error(`The problem ${type} is declared twice.`);
  const make = (facts: Record<string, unknown> = {}) =>
    new Problem(type, status, fill(sentence.en, facts), facts);
  const declared = Object.assign(make, { type, status, sentence, data: data ?? z.object({}) });
  registry.set(type, declared);
  return declared as unknown as ProblemType<D>;
}

const fill = (sentence: string, facts: Record<string, unknown>): string =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) =>
    facts[name] === undefined ? whole : String(facts[name]),
  );

/** True when an error, possibly come over the wire, is of this kind. */
export const isProblem = (error: unknown, kind: Pick<ProblemKind, "type">): boolean =>
  typeof error === "object" && error !== null && "type" in error && error.type === kind.type;

/** The declared kind of a type, when this process knows it. */
export const problemOf = (type: string): ProblemKind | undefined => registry.get(type);

/** The sentence of a problem in a language; what nobody here declared keeps its own message. */
export function sentenceOf(
  error: { type?: unknown; message: string; data?: unknown },
  language: Language,
): string {
  const kind = typeof error.type === "string" ? registry.get(error.type) : undefined;
  if (!kind) return error.message;
  const facts = error.data && typeof error.data === "object" ? error.data : {};
  return fill(kind.sentence[language], facts as Record<string, unknown>);
}

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
/** A fault may name all that was sent. */
const cut = (text: string): string => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

/**
 * The value as its schema reads it.
 *
 * @param name what is checked, for the sentence
 * @param wrong the problem to throw; at most twenty faults are told, none at length
 */
export function check<T extends z.ZodType>(name: string, schema: T, value: unknown, wrong: Made) {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data as z.output<T>;
  const errors = parsed.error.issues.slice(0, 20).map(({ path, message }) => ({
    path: cut(path.join(".")),
    message: cut(message),
  }));
  const summary = errors.map((e) => (e.path ? `${e.path}: ${e.message}` : e.message)).join("; ");
  throw wrong({ errors, summary: `${name}: ${summary}` });
}
