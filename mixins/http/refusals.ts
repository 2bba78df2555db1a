/** What cannot be read of a request. */
import { z } from "zod";
import { problem } from "../../services/shared/problem.ts";

const reason = z.object({ reason: z.string() });

export const UrlInvalid = problem(
  "URL_INVALID",
  400,
  {
    en: "The address is not well formed: {reason}. Percent-encode it as RFC 3986 says.",
    ru: "Адрес записан неверно: {reason}. Закодируйте его по RFC 3986.",
  },
  reason,
);
export const JsonInvalid = problem(
  "JSON_INVALID",
  400,
  {
    en: "The body is not JSON: {fault}, line {line}, column {column}. Correct it there.",
    ru: "Тело запроса не является JSON: {fault}, строка {line}, столбец {column}. Исправьте там.",
  },
  z.object({ fault: z.string(), line: z.int(), column: z.int() }),
);
export const BodyInvalid = problem(
  "BODY_INVALID",
  400,
  {
    en: "The body cannot be read: {reason}.",
    ru: "Тело запроса не читается: {reason}.",
  },
  reason,
);
