/** What a person may do with all that is held about them: take a copy, have it deleted. */
import { z } from "zod";
import { action } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import { AccountId, personalOf } from "./accounts.contract.ts";
import { Me } from "./preferences.contract.ts";
import { Gone, Nobody } from "./users.contract.ts";

export const ExportNotFound = problem("EXPORT_NOT_FOUND", 404, {
  en: "There is no such export, or it has expired. Ask for a new one: POST /v1/me/exports.",
  ru: "Такой выгрузки нет или её срок истёк. Запросите новую: POST /v1/me/exports.",
});
export const ExportNotReady = problem(
  "EXPORT_NOT_READY",
  409,
  {
    en: "The export is {status}. Look at GET /v1/me/exports; where it failed, ask for a new one.",
    ru: "Состояние выгрузки: {status}. Смотрите GET /v1/me/exports или запросите новую.",
  },
  z.object({ status: z.string() }),
);
export const DeletionNotFound = problem("DELETION_NOT_FOUND", 404, {
  en: "Nobody has asked for this deletion. Is the id that of an account?",
  ru: "Такого запроса на удаление нет. Это идентификатор аккаунта?",
});

const Time = z.iso.datetime();
export const Export = z.strictObject({
  id: z.uuid(),
  status: z.enum(["running", "ready", "failed"]),
  requestedAt: Time,
  /** Until then it can be fetched. */
  until: Time,
  /** Bytes, once it is ready. */
  size: z.int().nullable(),
  /** The actors that did not answer, where it failed. */
  silent: z.array(z.string()),
});

const nothing = z.strictObject({});
const known = [Nobody, Gone];
const mine = { opens: { public: "viewer" }, problems: known } as const;
/** Whoever merely holds somebody's token may neither take all their data nor delete it. */
const dangerous = { ...mine, stepUp: true } as const;

export const start = action("users.export", nothing, Export, {
  ...dangerous,
  summary: "Gathers all that is held about me into one file; one at a time.",
  route: "POST /v1/me/exports",
  status: 202,
  problems: [...known],
});
export const list = action(
  "users.exports",
  nothing,
  z.strictObject({ items: z.array(Export), next: z.null() }),
  {
    ...mine,
    summary: "My exports, the newest first.",
    route: "GET /v1/me/exports",
  },
);
export const fetch = action(
  "users.exported",
  z.strictObject({ export: z.uuid() }),
  z.strictObject({ object: z.string(), contentType: z.string(), name: z.string() }),
  {
    ...dangerous,
    summary: "The file: JSON, by actor.",
    route: "GET /v1/me/exports/{export}/file",
    problems: [...known, ExportNotFound, ExportNotReady],
    download: true,
  },
);
export const leave = action("users.leave", nothing, Me, {
  ...dangerous,
  summary: "Has everything about me deleted when the grace period is over.",
  route: "POST /v1/me/deletion",
  idempotent: true,
});
export const stay = action("users.stay", nothing, Me, {
  ...mine,
  summary: "Takes back the wish to be deleted.",
  route: "DELETE /v1/me/deletion",
  idempotent: true,
});
export const deletion = action(
  "users.deletion",
  z.strictObject({ id: AccountId }),
  z.strictObject({
    id: AccountId,
    state: z.enum(["requested", "erasing", "erased"]),
    requestedAt: Time,
    /** When it is done, or was. */
    due: Time,
    /** What each actor has said. */
    answers: z.array(
      z.strictObject({
        actor: z.string(),
        time: Time,
        removed: z.int(),
        kept: z.string().nullable(),
      }),
    ),
    /** Actors that have not answered yet. */
    waiting: z.array(z.string()),
  }),
  {
    summary: "How far a deletion is: who has answered and who has not.",
    route: "GET /v1/users/{id}/deletion",
    opens: { admin: "operator" },
    problems: [DeletionNotFound],
  },
);
export const tidy = action("users.tidy", nothing, nothing, {
  summary: "Does what is due: deletions, expired exports and guests. It happens by itself too.",
  idempotent: true,
});
export const personal = personalOf("users");
