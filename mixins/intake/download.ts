/**
 * Fetches a file over https into the work folder and goes on where it stopped: after a broken
 * connection by itself, after a crash when it is asked again. A file that changed meanwhile (its
 * validator says so) is begun anew.
 */
import { createWriteStream } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { type Least, Pace } from "./pace.ts";
import { type Asking, request } from "./request.ts";
import { Unreadable } from "./unreadable.ts";

export interface Download extends Asking {
  url: string;
  /** Where the bytes go. Beside it `<path>.etag` keeps the validator of what is there. */
  path: string;
  maxBytes: number;
  /** Told how many bytes are there and how many there will be, when the server says. */
  progress?: (bytes: number, total: number | null) => void;
  /** First pause before another attempt, milliseconds; it doubles. */
  pauseMs?: number;
  /** Where less comes in this time it is given up. */
  least?: Least;
}

const attempts = 6;
/** Longer than all attempts that bring nothing take together. */
const usualLeast: Least = { bytes: 256 * 1024, ms: 300_000 };
/** What the disk says, not the network: trying again does not help. */
const ofDisk = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EROFS"]);

/** @throws Unreadable when the address answers no file, or not after several attempts */
export async function download(task: Download): Promise<void> {
  const pace = new Pace(task.least ?? usualLeast, () => performance.now());
  for (let attempt = 1; ; attempt++) {
    const before = await sizeOf(task.path);
    try {
      await fetchRest(task, before, pace);
      return;
    } catch (error) {
      if (error instanceof Unreadable || ofDisk.has(codeOf(error) ?? "")) throw error;
      // An attempt that brought something does not count: a large file may break many times.
      if ((await sizeOf(task.path)) > before) attempt = 0;
      if (attempt >= attempts) throw gaveUp(error);
      if (pace.isTooSlow(0)) throw hardlyComes();
      await wait((task.pauseMs ?? 500) * 2 ** attempt);
    }
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

/** What the system says would tell of networks and machines: it is kept for the log. */
function gaveUp(error: unknown): Unreadable {
  const isOwn = codeOf(error) === undefined;
  const what = isOwn ? `it does not come (${(error as Error).message})` : "it cannot be fetched";
  const next = isOwn
    ? "Check the address and the network"
    : "Check the address, that its server runs and that its certificate is good, or see the log";
  const sentence = `${what}, tried ${attempts} times. ${next}, then resume the import.`;
  return new Unreadable(sentence, { cause: error });
}

const hardlyComes = (): Unreadable =>
  new Unreadable(
    "it hardly comes: too few bytes in five minutes. " +
      "Check its server and the network, then resume the import.",
  );

async function fetchRest(task: Download, have: number, pace: Pace): Promise<void> {
  const known = have > 0 ? await readFile(`${task.path}.etag`, "utf8").catch(() => "") : "";
  const headers: Record<string, string> = known
    ? { Range: `bytes=${have}-`, "If-Range": known }
    : {};
  const response = await request(task, new URL(task.url), headers);
  const status = response.statusCode ?? 0;
  if (status === 416 && known) {
    response.destroy();
    if (response.headers["content-range"] === `bytes */${have}`) return;
    await rm(task.path, { force: true });
    throw new Error("the file has changed");
  }
  if (status !== 200 && status !== 206) refused(response, status);
  const from = status === 206 ? have : 0;
  await writeFile(`${task.path}.etag`, validatorOf(response));
  await store(task, response, from, pace);
}

async function store(
  task: Download,
  response: IncomingMessage,
  from: number,
  pace: Pace,
): Promise<void> {
  const length = Number(response.headers["content-length"] ?? Number.NaN);
  const total = Number.isNaN(length) ? null : from + length;
  let bytes = from;
  await pipeline(
    response,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > task.maxBytes) throw new Unreadable(`it is over ${task.maxBytes} bytes long.`);
        if (bytes !== total && pace.isTooSlow(chunk.length)) throw hardlyComes();
        task.progress?.(bytes, total);
        yield chunk;
      }
    },
    createWriteStream(task.path, { flags: from > 0 ? "a" : "w" }),
  );
  if (total !== null && bytes < total) throw new Error("the connection broke");
}

/** Weak validators do not promise the same bytes, so with them a file is begun anew. */
function validatorOf({ headers }: IncomingMessage): string {
  const { etag } = headers;
  if (etag && !etag.startsWith("W/")) return etag;
  return headers["last-modified"] ?? "";
}

function refused(response: IncomingMessage, status: number): never {
  response.destroy();
  const sentence = `the server answers ${status} ${response.statusMessage ?? ""}`.trim();
  if (status >= 500 || status === 429 || status === 408) throw new Error(sentence);
  throw new Unreadable(`${sentence}. Check the address.`);
}

const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    () => 0,
  );
