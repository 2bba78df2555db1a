/** What a door itself refuses, before or instead of an actor's answer. */
import { z } from "zod";
import { ObjectStoreError } from "../../mixins/objects/errors.ts";
import { problem } from "../shared/problem.ts";

export * from "../../mixins/http/refusals.ts";

const reason = z.object({ reason: z.string() });

export const RequestMalformed = problem(
  "REQUEST_MALFORMED",
  400,
  {
    en: "This is not an HTTP request: {reason}. Send HTTP/1.1 as RFC 9112 says.",
    ru: "Это не запрос HTTP: {reason}. Отправьте HTTP/1.1 по RFC 9112.",
  },
  reason,
);
export const TokenRefused = problem("TOKEN_REFUSED", 401, {
  en: "This door wants a valid token. Send it as `Authorization: Bearer <token>`.",
  ru: "Нужен действительный токен. Передайте его в `Authorization: Bearer <токен>`.",
});
export const OperatorTokenRetired = problem("OPERATOR_TOKEN_RETIRED", 401, {
  en: "There is an admin: the operator's token stands in for nobody any more. Sign in as yourself.",
  ru: "Администратор уже есть: токен оператора больше не действует. Войдите под своим именем.",
});
export const RoleRefused = problem(
  "ROLE_REFUSED",
  403,
  { en: "This is for the role {role}.", ru: "Это доступно роли {role}." },
  z.object({ role: z.string() }),
);
export const ActionRefused = problem(
  "ACTION_REFUSED",
  403,
  {
    en: "This key may not ask {action}. Make one that names it.",
    ru: "Этому ключу нельзя вызывать {action}. Создайте ключ, в котором оно указано.",
  },
  z.object({ action: z.string() }),
);
export const StepUpWanted = problem("STEP_UP_WANTED", 403, {
  en: "This is dangerous: show your password or second factor first, at POST /v1/auth/step-up.",
  ru: "Действие опасное: сначала подтвердите себя через POST /v1/auth/step-up.",
});
export const PathUnknown = problem(
  "PATH_UNKNOWN",
  404,
  {
    en: "Nothing answers at {path}. See /docs for what does.",
    ru: "По адресу {path} ничего нет. Что есть, смотрите в /docs.",
  },
  z.object({ path: z.string() }),
);
export const MethodRefused = problem(
  "METHOD_REFUSED",
  405,
  {
    en: "{method} is not possible here. Use {allow}.",
    ru: "Метод {method} здесь невозможен. Используйте {allow}.",
  },
  z.object({ method: z.string(), allow: z.string() }),
);
export const RequestTooSlow = problem("REQUEST_TOO_SLOW", 408, {
  en: "The request did not arrive in time. Send it again, faster.",
  ru: "Запрос не пришёл вовремя. Отправьте его ещё раз, быстрее.",
});
export const HeadersTooLarge = problem("HEADERS_TOO_LARGE", 431, {
  en: "The headers are larger than 16 KB. Send fewer or shorter ones.",
  ru: "Заголовки больше 16 КБ. Отправьте меньше заголовков или короче.",
});
export const Unexpected = problem("UNEXPECTED", 500, {
  en: "The house failed. Ask again; if it stays, tell the operator the request id.",
  ru: "Внутренняя ошибка. Повторите; если не поможет, сообщите оператору номер запроса.",
});
export const Unavailable = problem("UNAVAILABLE", 503, {
  en: "What would answer this is not there just now. Ask again in a few seconds.",
  ru: "Сейчас ответить некому. Повторите через несколько секунд.",
});
export const NotReady = problem(
  "NOT_READY",
  503,
  {
    en: "The door takes no requests: {summary}. Ask another one, or again in a few seconds.",
    ru: "Вход закрыт: {summary}. Обратитесь к другому или повторите через несколько секунд.",
  },
  z.object({ summary: z.string(), reasons: z.array(z.string()) }),
);
export const TimedOut = problem("TIMED_OUT", 504, {
  en: "No answer came in time. It may still be done: look before you ask again.",
  ru: "Ответ не пришёл вовремя. Действие могло выполниться: проверьте, прежде чем повторять.",
});
export const TicketRefused = problem("TICKET_REFUSED", 403, {
  en: "This address was changed, or its time is over. Ask for a new one.",
  ru: "Адрес изменён или устарел. Запросите новый.",
});
export const StorageRefused = problem(
  "STORAGE_REFUSED",
  507,
  { en: "The body was not stored. {reason}", ru: "Тело запроса не сохранено. {reason}" },
  reason,
);

/**
 * What the objects' store says, told to whoever asks: a full disk as it is, an outage as one.
 *
 * @param path of whoever may name what is not there: else that is the house's fault
 */
export const storeRefused =
  (path?: string) =>
  (error: unknown): never => {
    if (!(error instanceof ObjectStoreError)) throw error;
    const { code, message } = error;
    if (code === "OBJECT_NOT_FOUND" && path) throw PathUnknown({ path });
    if (code === "STORAGE_UNAVAILABLE") throw Unavailable();
    throw code.startsWith("STORAGE_") ? StorageRefused({ reason: message }) : error;
  };
