/** Bytes through a door: uploads into the objects' store, downloads out of it. Never the broker. */

import { pipeline } from "node:stream/promises";
import { attachment } from "../../mixins/http/headers.ts";
import { BodyInvalid } from "../../mixins/http/refusals.ts";
import type { ByteRange, ObjectStore } from "../../mixins/objects/port.ts";
import { newId } from "../shared/ids.ts";
import type { Exchange } from "./exchange.ts";
import { admitBody, type BodyLimits } from "./exchange.ts";
import { BodyTooLarge, RangeRefused, StorageRefused } from "./refusals.ts";
import type { Sender } from "./sender.ts";

export interface Transfers {
  readonly objects: ObjectStore;
  readonly limits: BodyLimits;
}

export interface Received {
  object: string;
  size: number;
  sha256: string;
}

/** The pieces of a body, up to a limit; an asker who goes away or falls silent ends it. */
async function* pieces({ req }: Exchange, most: number, silentMs: number) {
  let size = 0;
  req.setTimeout(silentMs, () => req.destroy(new Error("silent")));
  try {
    for await (const piece of req as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > most) throw BodyTooLarge({ limit: most });
      yield piece;
    }
  } catch (error) {
    throw req.destroyed ? BodyInvalid({ reason: "it ended too early: send it again" }) : error;
  } finally {
    req.setTimeout(0);
  }
  if (!req.complete) throw BodyInvalid({ reason: "it ended too early: send it again" });
}

/** A full or read-only disk is told to whoever sends, as the store says it. */
function refused(error: unknown): never {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  if (error instanceof Error && typeof code === "string" && code.startsWith("STORAGE_")) {
    throw StorageRefused({ reason: error.message });
  }
  throw error;
}

/**
 * Spools a body and tells the actor of it. Nothing stays where either fails.
 *
 * @param tell asks the actor with what was received
 * @throws BODY_TOO_LARGE, BODY_INVALID, MEDIA_TYPE_REFUSED, and what the actor throws
 */
export async function receive<Told extends { again: boolean }>(
  x: Exchange,
  { objects, limits }: Transfers,
  most: number,
  tell: (received: Received) => Promise<Told>,
): Promise<Told> {
  admitBody(x, /^(?!application\/(?:json|x-www-form)|multipart\/)/i, "the bytes themselves", most);
  const object = `uploads/${newId()}`;
  const { size, sha256 } = await objects.put(object, pieces(x, most, limits.ms)).catch(refused);
  try {
    const told = await tell({ object, size, sha256 });
    // The bytes are there from the first time.
    if (told.again) await objects.remove(object).catch(() => {});
    return told;
  } catch (error) {
    await objects.remove(object).catch(() => {});
    throw error;
  }
}

interface Named {
  object: string;
  contentType: string;
  name: string;
}

/** One range of bytes (RFC 9110, 14.2); other units and several ranges are not taken up. */
function rangeOf(header: string | undefined, size: number): ByteRange | undefined {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "") ?? [];
  if (from === undefined || to === undefined || (from === "" && to === "")) return undefined;
  if (from === "") {
    // The last so many bytes.
    if (to === "0" || size === 0) throw RangeRefused({ size });
    return { start: Math.max(0, size - Number(to)) };
  }
  const start = Number(from);
  const end = to === "" ? undefined : Number(to);
  if (end !== undefined && end < start) return undefined;
  if (start >= size) throw RangeRefused({ size });
  return end === undefined ? { start } : { start, end };
}

/** Sends the object that an actor named, or the part of it that is asked for. */
export async function sendObject(
  x: Exchange,
  send: Sender,
  { objects }: Transfers,
  result: unknown,
): Promise<void> {
  const { object, contentType, name } = result as Named;
  const base = send.base(contentType);
  const more = ["Content-Disposition", attachment(name), "Accept-Ranges", "bytes"];
  const { size, sha256 } = await objects.head(object);
  more.push("ETag", `"${sha256}"`);
  if (x.req.method === "HEAD") {
    send.head(x, 200, base, [...more, "Content-Length", String(size)]);
    x.res.end();
    return;
  }
  const unchanged = [undefined, `"${sha256}"`].includes(x.req.headers["if-range"] as string);
  const range = unchanged ? rangeOf(x.req.headers.range, size) : undefined;
  const { start, end, stream } = await objects.get(object, range);
  if (range) more.push("Content-Range", `bytes ${start}-${end}/${size}`);
  more.push("Content-Length", String(end - start + 1));
  send.head(x, range ? 206 : 200, base, more);
  // An asker who goes away, or a disk that fails now, can be told no more: the connection ends.
  await pipeline(stream, x.res).catch(() => x.res.destroy());
}
