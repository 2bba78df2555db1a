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
export const BodyTooLarge = problem(
  "BODY_TOO_LARGE",
  413,
  {
    en: "The body is larger than {limit} bytes. Send less at a time.",
    ru: "Тело запроса больше {limit} байт. Отправьте меньше за один раз.",
  },
  z.object({ limit: z.int() }),
);
export const MediaTypeRefused = problem(
  "MEDIA_TYPE_REFUSED",
  415,
  {
    en: "The body is {given}. Send {wanted}.",
    ru: "Тело запроса — {given}. Отправьте {wanted}.",
  },
  z.object({ given: z.string(), wanted: z.string() }),
);
export const RangeRefused = problem(
  "RANGE_REFUSED",
  416,
  {
    en: "There is nothing in that range of {size} bytes. Ask for a part within them, or for all.",
    ru: "В этом диапазоне ничего нет: всего {size} байт. Запросите часть внутри или всё.",
  },
  z.object({ size: z.int() }),
);
export const FormTooLarge = problem(
  "FORM_TOO_LARGE",
  413,
  {
    en: "The form has more than {limit} {what}. Send less at a time.",
    ru: "В форме слишком много ({what}): допустимо {limit}. Отправьте меньше за один раз.",
  },
  z.object({ what: z.string(), limit: z.int() }),
);
