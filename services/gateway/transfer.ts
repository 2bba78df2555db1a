/** Bytes through a door: uploads into the objects' store, downloads out of it. Never the broker. */

import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { newId } from "../shared/ids.ts";
import { admitBody, type BodyLimits } from "./body.ts";
import type { Exchange, Sender } from "./exchange.ts";
import { attachment } from "./headers.ts";
import { BodyInvalid, BodyTooLarge } from "./refusals.ts";

/** As much of the objects' store as a door needs. */
export interface Objects {
  put(key: string, bytes: AsyncIterable<Uint8Array>): Promise<{ size: number; sha256: string }>;
  stat(key: string): Promise<{ size: number } | undefined>;
  read(key: string): Promise<Readable>;
  remove(key: string): Promise<void>;
}

export interface Transfers {
  readonly objects: Objects;
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
  const { size, sha256 } = await objects.put(object, pieces(x, most, limits.ms));
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
  const found = await objects.stat(object);
  if (!found) throw new Error(`The object ${object} is not there.`);
  const more = ["Content-Length", String(found.size), "Content-Disposition", attachment(name)];
  const bytes = x.req.method === "HEAD" ? undefined : await objects.read(object);
  send.head(x, 200, send.base(contentType), more);
  if (bytes) await pipeline(bytes, x.res).catch(() => x.res.destroy());
  else x.res.end();
}
