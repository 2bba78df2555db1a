/** Bytes from the house to stdout or, whole or not at all, into a file. */
import { createWriteStream } from "node:fs";
import { rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Client } from "./client.ts";
import { unreachable, usage } from "./failure.ts";
import type { Session } from "./io.ts";
import { bytes } from "./progress.ts";

/** @throws usage where no file can be made */
export async function checkTarget(path: string): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) {
    throw usage(`There is no folder ${dirname(path)}.`, `mkdir -p ${dirname(path)}`);
  }
  const target = await stat(path).catch(() => undefined);
  if (target?.isDirectory()) throw usage(`${path} is a folder.`, "Name a file in it.");
}

const broke = (error: NodeJS.ErrnoException, path?: string) =>
  path && (error.syscall === "write" || error.syscall === "open")
    ? usage(`${path} cannot be written: ${error.message}.`, "Free space or name another file.")
    : unreachable(`The connection broke: ${error.message}.`, "Repeat the command.");

/**
 * Into a file, whole or not at all.
 *
 * @param seen is told how many bytes there are yet
 * @returns how many bytes
 */
export async function saveInto(
  path: string,
  source: Readable,
  seen: (bytes: number) => void = () => {},
): Promise<number> {
  const half = `${path}.part`;
  const sink = createWriteStream(half, { mode: 0o600 });
  source.on("data", () => seen(sink.bytesWritten));
  await pipeline(source, sink).catch(async (error) => {
    await rm(half, { force: true });
    throw broke(error, path);
  });
  await rename(half, path);
  return sink.bytesWritten;
}

/** Without a file the bytes go to stdout as they are, with --json too: they are NDJSON. */
export async function saveOrPrint(
  { io, out, connect }: Session,
  output: string | undefined,
  load: (client: Client) => Promise<Readable>,
): Promise<void> {
  const path = output === undefined ? undefined : resolve(io.cwd, output);
  if (path !== undefined) await checkTarget(path);
  const source = await load(await connect());
  if (path === undefined) {
    await pipeline(source, io.stdout, { end: false }).catch((error) => {
      throw broke(error);
    });
    return;
  }
  const written = await saveInto(path, source);
  out.result({ output: path, bytes: written }, (v) => `${bytes(v.bytes)} in ${v.output}`);
}
