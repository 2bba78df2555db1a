/** What `imports run` is given: every local mistake is found here, before anything is sent. */
import { constants, createReadStream } from "node:fs";
import { access, stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { type Readable, Readable as Stream } from "node:stream";
import { type Failure, usage } from "./failure.ts";

export type Input =
  | { kind: "url"; name: string; url: string }
  /** `open` may be called again while `again` holds, to send a half upload once more. */
  | { kind: "bytes"; name: string; size: number | undefined; again: boolean; open(): Readable };

type Stdin = NodeJS.ReadStream;

const help = "See: bijou imports run --help";

function address(text: string): Input {
  const url = URL.parse(text);
  if (url?.protocol !== "https:") {
    throw usage(`${text}: only https addresses are read by the house.`, `Load it first. ${help}`);
  }
  return { kind: "url", name: basename(url.pathname) || url.hostname, url: url.href };
}

const byCode: Record<string, [what: string, next: string]> = {
  ENOENT: ["there is no such file", "Correct the path."],
  ENOTDIR: ["there is no such file", "Correct the path."],
  EACCES: [
    "you may not read it",
    "Change its permissions, or pipe it in: … | bijou imports run … -",
  ],
};

function unreadable(path: string, error: NodeJS.ErrnoException): Failure {
  const [what, next] = byCode[error.code ?? ""] ?? [error.message, help];
  return usage(`${path}: ${what}.`, next);
}

async function local(path: string, cwd: string): Promise<Input> {
  const full = resolve(cwd, path);
  const found = await stat(full).catch((error) => {
    throw unreadable(path, error);
  });
  if (found.isDirectory()) {
    throw usage(`${path}: it is a folder.`, `Name the files in it: ${path.replace(/\/+$/, "")}/*`);
  }
  await access(full, constants.R_OK).catch((error) => {
    throw unreadable(path, error);
  });
  // A pipe (process substitution) has no size and can be read once.
  if (!found.isFile()) {
    const name = basename(path);
    return {
      kind: "bytes",
      name,
      size: undefined,
      again: false,
      open: () => createReadStream(full),
    };
  }
  if (found.size === 0) throw usage(`${path}: it is empty.`, "Is it the right file? Load it anew.");
  const open = () => createReadStream(full, { highWaterMark: 256 * 1024 });
  return { kind: "bytes", name: basename(path), size: found.size, again: true, open };
}

/** Waits for the first bytes, so that an empty pipe is found before a request begins. */
async function piped(stdin: Stdin): Promise<Input> {
  if (stdin.isTTY) {
    throw usage("Nothing is piped in.", "Give a file, or pipe one: zcat films.gz | bijou … -");
  }
  const chunks = stdin[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) throw usage("stdin: it is empty.", "Look at the command before the pipe.");
  async function* all() {
    yield first.value;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  const open = () => Stream.from(all(), { objectMode: false });
  return { kind: "bytes", name: "stdin", size: undefined, again: false, open };
}

/** @throws usage at the first argument that cannot be imported */
export async function openInputs(names: string[], place: { cwd: string; stdin: Stdin }) {
  if (names.filter((name) => name === "-").length > 1) {
    throw usage("stdin can be read once: there is more than one `-`.", help);
  }
  const inputs: Input[] = [];
  for (const name of names) {
    if (name === "-") inputs.push(await piped(place.stdin));
    else if (/^[a-z][a-z0-9+.-]+:\/\//i.test(name)) inputs.push(address(name));
    else inputs.push(await local(name, place.cwd));
  }
  return inputs;
}
