/** Anchors that come from elsewhere, and what a backup takes along. */
import { hash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import type { ObjectStore } from "../objects/port.ts";
import { keyOf, ndjson, piecesOf, shape } from "./objects.ts";

/**
 * Moves the file of older houses here, as it is: as of a writer named by what it holds, so that doing
 * it again after a crash changes nothing.
 */
export async function carryOver(objects: ObjectStore, file: string): Promise<void> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
  if (text === undefined) return;
  const lines = text.split("\n").filter(Boolean).length;
  const writer = `file-${hash("sha256", text).slice(0, 16)}`;
  if (lines > 0)
    await objects.put(keyOf(writer, 1, lines), Readable.from([Buffer.from(text)]), ndjson);
  await rm(file);
}

/**
 * What a backup takes along: asked before documents are read, so that no anchor tells of an entry
 * that is not in it. Twice, since the first lines of a run name lines that were there before.
 *
 * @returns whether an object belongs in it; what is no anchor does
 */
export async function anchorsNow(objects: ObjectStore): Promise<(key: string) => boolean> {
  const writers = new Set<string>();
  for await (const { writer } of piecesOf(objects)) writers.add(writer);
  const keys = new Set<string>();
  for await (const { key, writer } of piecesOf(objects)) if (writers.has(writer)) keys.add(key);
  return (key) => {
    const [, writer, , last] = shape.exec(key) ?? [];
    if (!writer || keys.has(key)) return true;
    if (last === undefined) return false;
    throw new Error("Anchors of the audit were packed during the backup: begin it again.");
  };
}
