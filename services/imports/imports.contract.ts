import { z } from "zod";
import { action, event, page } from "../shared/contract.ts";
import { problem } from "../shared/problem.ts";
import { File, FileName, Import, Options, SourceName, Status } from "./import.contract.ts";

export const ImportNotFound = problem(
  "IMPORT_NOT_FOUND",
  404,
  {
    en: "There is no import {id}. See `bijou imports list`.",
    ru: "Импорта {id} нет. Смотрите `bijou imports list`.",
  },
  z.object({ id: z.string() }),
);
export const ImportRefused = problem(
  "IMPORT_REFUSED",
  409,
  {
    en: "The import is {status}: it cannot be {wanted}.",
    ru: "Импорт в состоянии {status}, действие «{wanted}» невозможно.",
  },
  z.object({ status: z.string(), wanted: z.string() }),
);
export const SourceInvalid = problem(
  "IMPORT_SOURCE_INVALID",
  422,
  { en: "The source cannot be read: {reason}", ru: "Источник не читается: {reason}" },
  z.object({ reason: z.string() }),
);

const one = z.strictObject({ id: z.uuid() });
const opens = { admin: "operator" } as const;
const problems = [ImportNotFound, ImportRefused];

export const receive = action(
  "imports.receive",
  z.strictObject({
    name: FileName,
    object: z.string().startsWith("uploads/"),
    size: z.int(),
    sha256: z.string(),
  }),
  z.strictObject({ name: FileName, object: z.string(), size: z.int(), sha256: z.string() }),
  {
    summary: "Spools a file for an import: the body is its bytes, or a form with the file.",
    route: "POST /v1/imports/files",
    status: 201,
    opens,
    upload: { maxBytes: 8 * 1024 ** 3, field: "file" },
  },
);
export const start = action(
  "imports.start",
  z.strictObject({
    source: SourceName,
    files: z.array(File).min(1).max(10),
    options: Options.prefault({}),
    /** Again and again: a cron expression and the name of its time zone. */
    schedule: z
      .strictObject({ cron: z.string().max(100), timeZone: z.string().max(60) })
      .optional(),
  }),
  Import,
  {
    summary: "Queues an import.",
    route: "POST /v1/imports",
    status: 202,
    opens,
    problems: [SourceInvalid],
    claims: true,
  },
);
export const get = action("imports.get", one, Import, {
  summary: "One import: where it is and what it did.",
  route: "GET /v1/imports/{id}",
  opens,
  socket: true,
  problems,
});
export const list = action(
  "imports.list",
  z.strictObject({
    status: Status.optional(),
    limit: z.int().min(1).max(100).default(20),
    cursor: z.string().max(1000).optional(),
  }),
  page(Import),
  { summary: "Imports, the newest first.", route: "GET /v1/imports", opens },
);
const act = (verb: "cancel" | "resume", summary: string) =>
  action(`imports.${verb}`, one, Import, {
    summary,
    route: `POST /v1/imports/{id}/${verb}`,
    opens,
    problems,
    idempotent: true,
  });
export const cancel = act("cancel", "Stops an import; what was loaded stays.");
export const resume = act(
  "resume",
  "Goes on with a failed or cancelled import from its checkpoint.",
);
export const rejects = action(
  "imports.rejects",
  one,
  z.strictObject({ object: z.string(), contentType: z.string(), name: z.string() }),
  {
    summary: "The rejected rows as NDJSON: line, reason, row.",
    route: "GET /v1/imports/{id}/rejects",
    opens,
    problems,
    download: true,
  },
);

/** For live views. */
export const progressed = { ...event("imports.progressed", Import), hears: opens };
