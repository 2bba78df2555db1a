/** An object, or the part of it that is asked for, as the answer to a request. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { attachment } from "../http/headers.ts";
import { rangeOf } from "../http/ranges.ts";
import { planned } from "./plan.ts";
import type { ObjectStore } from "./port.ts";

export interface Served {
  readonly object: string;
  /** That of the object unless told. */
  readonly contentType?: string | undefined;
  /** It is offered as a file of this name. */
  readonly name?: string | undefined;
  /** The object is a plan of so many bytes, which are sent in its place. */
  readonly planned?: number | undefined;
}

/** Writes the head of the answer. */
type Head = (status: number, contentType: string, more: string[]) => void;

async function servePlan(
  { req, res }: { req: IncomingMessage; res: ServerResponse },
  objects: ObjectStore,
  { object, contentType = "application/octet-stream", name = object, planned: size = 0 }: Served,
  head: Head,
): Promise<void> {
  await objects.head(object);
  const length = ["Content-Length", String(size)];
  head(200, contentType, ["Content-Disposition", attachment(name), ...length]);
  if (req.method === "HEAD") res.end();
  else await pipeline(planned(objects, object), res).catch(() => res.destroy());
}

/**
 * Sends an object. HEAD and one range (RFC 9110, 14.2) are understood.
 *
 * @throws RANGE_REFUSED, ObjectStoreError, before the head is written; nothing after it
 */
export async function serveObject(
  { req, res }: { req: IncomingMessage; res: ServerResponse },
  objects: ObjectStore,
  served: Served,
  head: Head,
): Promise<void> {
  if (served.planned !== undefined) return servePlan({ req, res }, objects, served, head);
  const { object, contentType, name } = served;
  const info = await objects.head(object);
  const { size, sha256 } = info;
  const type = contentType ?? info.contentType;
  const more = name === undefined ? [] : ["Content-Disposition", attachment(name)];
  more.push("Accept-Ranges", "bytes", "ETag", `"${sha256}"`);
  if (req.method === "HEAD") {
    head(200, type, [...more, "Content-Length", String(size)]);
    res.end();
    return;
  }
  const unchanged = [undefined, `"${sha256}"`].includes(req.headers["if-range"] as string);
  const range = unchanged ? rangeOf(req.headers.range, size) : undefined;
  const { start, end, stream } = await objects.get(object, range);
  if (range) more.push("Content-Range", `bytes ${start}-${end}/${size}`);
  more.push("Content-Length", String(end - start + 1));
  head(range ? 206 : 200, type, more);
  // An asker who goes away, or a disk that fails now, can be told no more: the connection ends.
  await pipeline(stream, res).catch(() => res.destroy());
}
