/** How a store refuses. The actors turn these into the problems of their contracts. */
import { z } from "zod";
import { problem } from "../../services/shared/problem.ts";

/** A unique value is taken. */
export const Duplicate = problem(
  "DOCUMENT_DUPLICATE",
  409,
  {
    en: "Another document has this value already: {field} = {value}.",
    ru: "Это значение уже занято: {field} = {value}.",
  },
  z.object({ collection: z.string(), field: z.string(), value: z.string() }),
);
/** The document is not at the version that was read, or is gone. */
export const Conflict = problem(
  "DOCUMENT_CONFLICT",
  409,
  {
    en: "The document {id} was changed meanwhile. Read it and try again.",
    ru: "Документ {id} уже изменён. Прочитайте его и повторите.",
  },
  z.object({ collection: z.string(), id: z.string() }),
);
/** The engine could not write. Nothing of the write is kept. */
export const WriteFailed = problem(
  "STORAGE_FAILED",
  507,
  {
    en: "The write was refused by the disk: {reason}. Free space or mend the disk, then repeat.",
    ru: "Диск отказал в записи: {reason}. Освободите место или почините диск и повторите.",
  },
  z.object({ reason: z.string() }),
);
/** The engine's server did not answer, or not in time. A write may have been done all the same. */
export const EngineAway = problem(
  "DOCUMENTS_AWAY",
  503,
  {
    en: "The {engine} that keeps these documents is away. Look whether it was done, or ask again.",
    ru: "Хранилище {engine} сейчас недоступно. Проверьте, выполнено ли действие, или повторите.",
  },
  z.object({ engine: z.string() }),
);
export const TextRefused = problem("TEXT_REFUSED", 422, {
  en: "A text holds a character that cannot be kept: NUL, or half of a pair. Leave it out.",
  ru: "В тексте недопустимый символ: NUL или половина суррогатной пары. Уберите его.",
});
export const CursorRefused = problem("CURSOR_REFUSED", 422, {
  en: "The cursor does not belong to this list. Ask for the first page without a cursor.",
  ru: "Курсор не от этого списка. Запросите первую страницу без курсора.",
});
