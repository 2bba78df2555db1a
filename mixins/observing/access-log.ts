/**
 * The access log: one JSON line per request in the field names of the Elastic Common Schema
 * (https://www.elastic.co/docs/reference/ecs). No header, body or query ever stands in it: of an
 * address the path only, and that only where a contract knows it.
 */
import { mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import pino from "pino";
import { clock } from "../../services/shared/clock.ts";

export interface Seen {
  readonly door: string;
  readonly id: string;
  readonly trace: string | undefined;
  readonly method: string;
  /** The pattern of the path, `/v1/films/{id}`; undefined where nothing answers. */
  readonly route: string | undefined;
  readonly path: string | undefined;
  readonly status: number;
  readonly seconds: number;
  readonly address: string;
  readonly user: string | undefined;
}

export interface AccessLog {
  write(seen: Seen): void;
  flush(): Promise<void>;
}

/** Lines are gathered so far before they are written. */
const bufferBytes = 8_192;
const flushMs = 1_000;

/**
 * @param file where to; `stdout` for the standard output
 * @param mostBytes a file that has grown so large becomes its own predecessor, of which one is kept
 */
export function accessLog(file: string, mostBytes = Number.POSITIVE_INFINITY): AccessLog {
  if (file !== "stdout") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const to = file === "stdout" ? 1 : file;
  const destination = pino.destination({ dest: to, sync: false, minLength: bufferBytes });
  let written = 0;
  destination.on("write", (bytes: number) => {
    written += bytes;
    if (written < mostBytes || file === "stdout") return;
    written = 0;
    renameSync(file, `${file}.1`);
    destination.reopen(file);
  });
  // A full disk loses lines, and stops nobody.
  destination.on("error", () => undefined);
  const log = pino(options, destination);
  // What is gathered is written soon, also when nobody asks any more.
  const timer = setInterval(() => destination.flush(), flushMs).unref();
  return {
    write: (seen) => log.info(fieldsOf(seen)),
    flush: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        destination.flush(() => resolve());
      }),
  };
}

const options: pino.LoggerOptions = {
  base: { "ecs.version": "8.17.0", "service.name": "bijou", "event.dataset": "bijou.access" },
  timestamp: () => `,"@timestamp":"${clock.iso()}"`,
  messageKey: "message",
  formatters: { level: (label) => ({ "log.level": label }) },
};

const fieldsOf = (seen: Seen) => ({
  "http.request.id": seen.id,
  "trace.id": seen.trace,
  "http.request.method": seen.method,
  "http.route": seen.route,
  "url.path": seen.path,
  "http.response.status_code": seen.status,
  // Nanoseconds, as the schema has it.
  "event.duration": Math.round(seen.seconds * 1e9),
  "client.ip": seen.address,
  "user.id": seen.user,
  "labels.door": seen.door,
});
