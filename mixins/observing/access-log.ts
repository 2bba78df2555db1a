/**
 * The access log: one JSON line per request in the field names of the Elastic Common Schema
 * (https://www.elastic.co/docs/reference/ecs). No header, body or query ever stands in it: of an
 * address the path only, and that only where a contract knows it.
 */
import { fstatSync, mkdirSync, openSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import pino from "pino";
import { clock } from "../../services/shared/clock.ts";

export interface Seen {
  readonly door: string;
  readonly id: string;
  readonly trace: string | undefined;
  readonly method: string | undefined;
  /** The pattern of the path, `/v1/films/{id}`; undefined where nothing answers. */
  readonly route: string | undefined;
  readonly path: string | undefined;
  readonly status: number;
  readonly seconds: number;
  readonly address: string;
  readonly user: string | undefined;
  /** Where it is no request: `socket-opened`. */
  readonly event?: string;
  /** Why it was refused, or ended. */
  readonly reason?: string | undefined;
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
  let current = open();

  function open() {
    // Opened at once: a node that ends at once has something to close.
    const dest = file === "stdout" ? 1 : openSync(file, "a", 0o600);
    const to = pino.destination({ dest, sync: false, minLength: bufferBytes });
    let written = file === "stdout" ? 0 : fstatSync(dest).size;
    to.on("write", (bytes: number) => {
      written += bytes;
      if (written >= mostBytes && file !== "stdout" && current.to === to) turnOver();
    });
    // A full disk loses lines, and stops nobody.
    to.on("error", () => undefined);
    return { to, log: pino(options, to) };
  }

  function turnOver(): void {
    const { to: full } = current;
    renameSync(file, `${file}.1`);
    current = open();
    // Whoever waits for what is in it hears of that first.
    full.once("drain", () => full.end());
  }

  // What is gathered is written soon, also when nobody asks any more.
  const timer = setInterval(() => current.to.flush(), flushMs).unref();
  return {
    write: (seen) => current.log.info(fieldsOf(seen)),
    flush: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        current.to.flush(() => resolve());
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
  "event.action": seen.event,
  "event.reason": seen.reason,
});
