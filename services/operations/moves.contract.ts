/** Moving house: an archive of everything is made, or taken in. One at a time. */
import { z } from "zod";
import { action } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import { Move } from "./move.contract.ts";

export const MoveNotFound = problem(
  "MOVE_NOT_FOUND",
  404,
  {
    en: "There is no backup or restore {id} (any more). Begin a new one.",
    ru: "Резервной копии или восстановления {id} нет (больше нет). Начните заново.",
  },
  z.object({ id: z.string() }),
);
export const MoveRunning = problem(
  "MOVE_RUNNING",
  409,
  {
    en: "Another backup or restore runs: {id}. Wait for its end, then repeat.",
    ru: "Уже выполняется другое копирование или восстановление: {id}. Дождитесь его конца.",
  },
  z.object({ id: z.string() }),
);
export const MoveNotReady = problem(
  "MOVE_NOT_READY",
  409,
  { en: "There is no file: it is {status}.", ru: "Файла нет: состояние {status}." },
  z.object({ status: z.string() }),
);
export const MoveRefused = problem("MOVE_REFUSED", 403, {
  en: "Only an admin, or who has the operator token, may move the house.",
  ru: "Переносить данные может только администратор или владелец токена оператора.",
});

const one = z.strictObject({ id: z.uuid() });
/** Everything that the house knows goes through here. */
const dangerous = { opens: { admin: "operator" }, stepUp: true } as const;

export const backup = action("moves.backup", z.strictObject({}), Move, {
  summary: "Begins an archive of all documents and objects.",
  route: "POST /v1/backups",
  status: 202,
  problems: [MoveRunning, MoveRefused],
  ...dangerous,
});
export const file = action(
  "moves.file",
  one,
  z.strictObject({
    object: z.string(),
    contentType: z.string(),
    name: z.string(),
    planned: z.int(),
  }),
  {
    summary: "The archive, when it is done.",
    route: "GET /v1/backups/{id}/file",
    download: true,
    problems: [MoveNotFound, MoveNotReady, MoveRefused],
    ...dangerous,
  },
);
export const restore = action(
  "moves.restore",
  z.strictObject({
    /** Into a house that has documents: those that are there stay as they are. */
    merge: z.boolean().default(false),
    object: z.string().startsWith("uploads/"),
    size: z.int(),
    sha256: z.string(),
  }),
  Move,
  {
    summary: "Takes an archive in; the body is its bytes.",
    route: "POST /v1/restores",
    status: 202,
    upload: { maxBytes: 1024 ** 4 },
    problems: [MoveRunning, MoveRefused],
    ...dangerous,
  },
);
export const get = action("moves.get", one, Move, {
  summary: "A backup or restore: how far it is, and what it did.",
  route: "GET /v1/moves/{id}",
  opens: { admin: "operator" },
  problems: [MoveNotFound],
});
export const drop = action("moves.drop", one, z.null(), {
  summary: "Lets go of what a backup keeps for its file.",
  route: "DELETE /v1/backups/{id}",
  idempotent: true,
  problems: [MoveNotFound, MoveRefused],
  ...dangerous,
});
