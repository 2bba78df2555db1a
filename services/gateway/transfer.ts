/** Bytes through a door: uploads into the objects' store, downloads out of it. Never the broker. */

import { pipeline } from "node:stream/promises";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { newId } from "../shared/ids.ts";
import { admitBody, type BodyLimits } from "./body.ts";
import type { Exchange, Sender } from "./exchange.ts";
import { attachment } from "./headers.ts";
import { BodyInvalid, BodyTooLarge, StorageRefused } from "./refusals.ts";

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
export async function receive(
  x: Exchange,
  { objects, limits }: Transfers,
  most: number,
  tell: (received: Received) => Promise<unknown>,
): Promise<unknown> {
  admitBody(x, /^(?!application\/(?:json|x-www-form)|multipart\/)/i, "the bytes themselves", most);
  const object = `uploads/${newId()}`;
  const { size, sha256 } = await objects.put(object, pieces(x, most, limits.ms)).catch(refused);
  try {
    return await tell({ object, size, sha256 });
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

/** Sends the object that an actor named. */
export async function sendObject(
  x: Exchange,
  send: Sender,
  { objects }: Transfers,
  result: unknown,
): Promise<void> {
  const { object, contentType, name } = result as Named;
  const base = send.base(contentType);
  const more = ["Content-Disposition", attachment(name)];
  if (x.req.method === "HEAD") {
    const { size } = await objects.head(object);
    send.head(x, 200, base, [...more, "Content-Length", String(size)]);
    x.res.end();
    return;
  }
  const { info, stream } = await objects.get(object);
  send.head(x, 200, base, [...more, "Content-Length", String(info.size)]);
  // An asker who goes away, or a disk that fails now, can be told no more: the connection ends.
  await pipeline(stream, x.res).catch(() => x.res.destroy());
}
