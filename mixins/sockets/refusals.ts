/** What sockets refuse, before or instead of an actor's answer. */
import { z } from "zod";
import { problem } from "../../services/shared/problem.ts";

const name = z.object({ name: z.string() });

export const AskRefused = problem(
  "SOCKET_ASK_REFUSED",
  404,
  {
    en: "{name} is not asked over this door's sockets. See /docs for what HTTP answers.",
    ru: "{name} нельзя запросить через сокет. Что отвечает HTTP, смотрите в /docs.",
  },
  name,
);
export const HearRefused = problem(
  "SOCKET_HEAR_REFUSED",
  404,
  {
    en: "{name} is not told to this door's sockets.",
    ru: "О событии {name} сокетам этого входа не сообщают.",
  },
  name,
);
export const RoomRefused = problem(
  "SOCKET_ROOM_REFUSED",
  404,
  {
    en: "There is no room {name}, or you have not joined it. Rooms are called film:<id>.",
    ru: "Комнаты {name} нет, или вы в неё не вошли. Комнаты называются film:<id>.",
  },
  name,
);
export const MessageRefused = problem("SOCKET_MESSAGE_REFUSED", 400, {
  en: "The message is not one of ask, hear, unhear, join, leave, authenticate, or not as they are.",
  ru: "Сообщение не из числа ask, hear, unhear, join, leave, authenticate или неверно составлено.",
});
export const TooManyPlaces = problem(
  "SOCKET_LIMIT_REACHED",
  429,
  {
    en: "This socket has {most} {what} already. Leave some first.",
    ru: "У этого сокета уже предельное число ({what}: {most}). Сначала освободите.",
  },
  z.object({ what: z.enum(["rooms", "events", "questions"]), most: z.int() }),
);
export const OriginRefused = problem("SOCKET_ORIGIN_REFUSED", 403, {
  en: "Pages of this origin may not open sockets here. The door's origins say which may.",
  ru: "Страницам этого источника нельзя открывать сокеты. Разрешённые источники заданы для входа.",
});
export const TooManySockets = problem("SOCKET_ADDRESS_LIMIT", 429, {
  en: "Too many sockets are open from this address. Close some, or come back later.",
  ru: "С этого адреса открыто слишком много сокетов. Закройте лишние или вернитесь позже.",
});
export const TokenWanted = problem("SOCKET_TOKEN_WANTED", 401, {
  en: "This socket wants an access token. Show one as `auth.token` when you connect.",
  ru: "Нужен токен доступа. Передайте его как `auth.token` при подключении.",
});
export const KeyOfSocket = problem("SOCKET_KEY_REFUSED", 403, {
  en: "API keys are for requests over HTTP. A socket wants the access token of who has signed in.",
  ru: "Ключи API — для запросов по HTTP. Сокету нужен токен доступа вошедшего.",
});
export const PersonRefused = problem("SOCKET_PERSON_REFUSED", 403, {
  en: "The token is of somebody else than this socket. Open another socket with it.",
  ru: "Токен принадлежит не тому, чей это сокет. Откройте с ним другой сокет.",
});
export const SocketsClosing = problem("SOCKET_DOOR_CLOSING", 503, {
  en: "This node stops. Connect again: another one answers.",
  ru: "Узел останавливается. Подключитесь снова: ответит другой.",
});
