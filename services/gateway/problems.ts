/** An error of any origin as RFC 9457 problem+json. Pure: what is unexpected keeps its inside. */
import { type Language, type Problem, problemOf, sentenceOf } from "../shared/problem.ts";
import { TimedOut, Unavailable, Unexpected } from "./refusals.ts";

/** The body of an `application/problem+json` answer. */
export interface ProblemBody {
  /** URI reference that names the kind of problem. */
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The id of the request, as in `X-Request-Id`. */
  instance: string;
  /** What is wrong with the parameters, field by field. */
  errors?: unknown;
  /** The facts of the problem, for programs. */
  data?: unknown;
}

/** Seconds after which asking again is worth it. */
const retryAfterSeconds = "2";

/** Failures of the house's messaging, by Moleculer's types, and what a door makes of them. */
const ofTheHouse = new Map<string, typeof Unavailable>([
  ["SERVICE_NOT_FOUND", Unavailable],
  ["SERVICE_NOT_AVAILABLE", Unavailable],
  ["NODE_DISCONNECTED", Unavailable],
  ["REQUEST_REJECTED", Unavailable],
  ["QUEUE_FULL", Unavailable],
  ["BAD_GATEWAY", Unavailable],
  ["REQUEST_TIMEOUT", TimedOut],
  ["REQUEST_SKIPPED", TimedOut],
]);

/** Titles by status; the sentence of the problem is the detail. */
const titles: Record<number, Record<Language, string>> = {
  400: { en: "Bad request", ru: "Неверный запрос" },
  401: { en: "Unauthorized", ru: "Нет допуска" },
  403: { en: "Forbidden", ru: "Запрещено" },
  404: { en: "Not found", ru: "Не найдено" },
  405: { en: "Method not allowed", ru: "Метод не поддерживается" },
  408: { en: "Request timeout", ru: "Запрос не пришёл вовремя" },
  409: { en: "Conflict", ru: "Конфликт" },
  410: { en: "Gone", ru: "Удалено" },
  412: { en: "Precondition failed", ru: "Условие не выполнено" },
  413: { en: "Content too large", ru: "Слишком большое тело" },
  416: { en: "Range not satisfiable", ru: "Диапазон недоступен" },
  415: { en: "Unsupported media type", ru: "Тип содержимого не поддерживается" },
  422: { en: "Unprocessable content", ru: "Запрос нельзя выполнить" },
  429: { en: "Too many requests", ru: "Слишком много запросов" },
  431: { en: "Request header fields too large", ru: "Слишком большие заголовки" },
  500: { en: "Internal error", ru: "Внутренняя ошибка" },
  502: { en: "Bad gateway", ru: "Внешний сервис не ответил" },
  503: { en: "Service unavailable", ru: "Сервис недоступен" },
  507: { en: "Insufficient storage", ru: "Недостаточно места" },
  504: { en: "Gateway timeout", ru: "Ответ не пришёл вовремя" },
};

type Failure = Pick<Problem, "type" | "message" | "data">;

const factOf = (error: unknown, name: string): unknown =>
  typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;

/** The problem that people may see: a declared one, or what the door says instead. */
function shown(error: unknown): { failure: Failure; status: number; expected: boolean } {
  const type = factOf(error, "type");
  const known = typeof type === "string" ? problemOf(type) : undefined;
  if (known && known.status !== 500) {
    const facts = factOf(error, "data");
    const data = typeof facts === "object" && facts !== null ? facts : {};
    const message = String(factOf(error, "message"));
    return { failure: { type: known.type, message, data: { ...data } }, ...expected(known.status) };
  }
  const kind = typeof type === "string" ? ofTheHouse.get(type) : undefined;
  if (kind) return { failure: kind(), ...expected(kind.status) };
  return { failure: Unexpected(), status: Unexpected.status, expected: false };
}
const expected = (status: number) => ({ status, expected: true });

/** What an error needs beside its body. */
function headersOf(status: number, data: Failure["data"]): string[] {
  const told = data.retryAfter ?? data.retryAfterSeconds;
  const { size } = data;
  const retryAfter = told ?? (status === 503 ? retryAfterSeconds : undefined);
  if (retryAfter !== undefined) return ["Retry-After", String(retryAfter)];
  if (status === 416) return ["Content-Range", `bytes */${size}`];
  if (status === 401) return ["WWW-Authenticate", 'Bearer realm="bijou"'];
  if (status === 405) return ["Allow", String(data.allow)];
  return [];
}

export interface Answer {
  status: number;
  body: ProblemBody;
  /** Names and values in turn. */
  headers: string[];
  /** False for what nobody declared: it is to be logged. */
  expected: boolean;
}

/**
 * The answer to an error.
 *
 * @param error a Problem, also one that came over the wire, or anything else that was thrown
 * @param instance the id of the request
 */
export function answerTo(error: unknown, instance: string, language: Language): Answer {
  const { failure, status, expected } = shown(error);
  const { errors, summary, ...facts } = failure.data;
  const body: ProblemBody = {
    type: `/problems/${failure.type}`,
    title: titles[status]?.[language] ?? "Problem",
    status,
    detail: sentenceOf(failure, language),
    instance,
    ...(errors === undefined ? {} : { errors }),
    ...(Object.keys(facts).length === 0 ? {} : { data: facts }),
  };
  return { status, body, headers: headersOf(status, failure.data), expected };
}
