/**
 * The access log: one JSON line per request in the field names of the Elastic Common Schema
 * (https://www.elastic.co/docs/reference/ecs). No header, body or query ever stands in it: of an
 * address the path only, and that only where a contract knows it.
 */
import { fstatSync, mkdirSync, openSync } from "node:fs";
import { rename } from "node:fs/promises";
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

/**
 * Lines are gathered here so far before they are written: the writer measures all that it holds again
 * with each line, and each write wakes a thread, which cost more than the lines themselves.
 */
const gatheredLetters = 65_536;
const pourMs = 1_000;
/** What a disk that is full or does not answer may keep waiting; lines beyond that are lost. */
const mostWaiting = 16_777_216;

/**
 * @param file where to; `stdout` for the standard output
 * @param mostBytes a file that has grown so large becomes its own predecessor, of which one is kept
 */
export function accessLog(file: string, mostBytes = Number.POSITIVE_INFINITY): AccessLog {
  if (file !== "stdout") mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  let current = open();
  let gathered = "";
  const log = pino(options, {
    write(line) {
      gathered += line;
      if (gathered.length >= gatheredLetters) pour();
    },
  });
  // What is gathered is written soon, also when nobody asks any more.
  const timer = setInterval(pour, pourMs).unref();

  function pour(): void {
    if (gathered) current.write(gathered);
    gathered = "";
  }

  function open() {
    // Opened at once: a node that ends at once has something to close.
    const dest = file === "stdout" ? 1 : openSync(file, "a", 0o600);
    // A least length of none would flush without a wait.
    const to = pino.destination({ dest, sync: false, minLength: 1, maxLength: mostWaiting });
    let written = file === "stdout" ? Number.NEGATIVE_INFINITY : fstatSync(dest).size;
    let full = false;
    to.on("write", async (bytes: number) => {
      written += bytes;
      if (full || written < mostBytes) return;
      full = true;
      full = await turnOver();
    });
    // A full disk loses lines, and stops nobody.
    to.on("error", () => undefined);
    return to;
  }

  /** Not within a turn of the loop: it frees what the predecessor held, which takes a disk its time. */
  async function turnOver(): Promise<boolean> {
    try {
      await rename(file, `${file}.1`);
      const old = current;
      current = open();
      // Whoever waits for what is in it hears of that first.
      old.flush(() => old.end());
      return true;
    } catch {
      // It goes on in the file that it has, and tries again.
      return false;
    }
  }

  return {
    write: (seen) => log.info(fieldsOf(seen)),
    flush: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        pour();
        current.flush(() => resolve());
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
