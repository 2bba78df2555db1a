/**
 * How objects are called in a bucket, and what stands beside their bytes. Pure.
 *
 *     films/1/poster.jpg!      an object: "!" so that no name is the folder of another, which servers
 *                              over file systems refuse; it sorts before all that keys are made of,
 *                              so names have the order of their keys
 *     ~work/0190…              a large upload until its hash is known; keys hold no "~"
 */
import type { ObjectInfo } from "./port.ts";

const mark = "!";
const work = "~work/";

export const nameOf = (prefix: string, key: string): string => `${prefix}${key}${mark}`;
export const workNames = (prefix: string): string => `${prefix}${work}`;
export const workNameOf = (prefix: string, id: string): string => `${prefix}${work}${id}`;

/** The key of a name; nothing for what is no object. */
export const keyOf = (prefix: string, name: string): string | undefined =>
  name.startsWith(prefix) && name.endsWith(mark) && !name.startsWith(workNames(prefix))
    ? name.slice(prefix.length, -mark.length)
    : undefined;

/** `bucket/name` as a header takes it. */
export const sourceOf = (bucket: string, name: string): string =>
  `${bucket}/${name.split("/").map(encodeURIComponent).join("/")}`;

/** What a server answers about an object. */
export interface Answered {
  readonly ContentLength?: number | undefined;
  readonly ContentType?: string | undefined;
  readonly Metadata?: Record<string, string> | undefined;
}

/** What is kept beside the bytes. */
export const metadataOf = ({ sha256, time }: Pick<ObjectInfo, "sha256" | "time">) => ({
  sha256,
  time,
});

/** Nothing for bytes that came by a signed address and were not hashed yet. */
export function infoOf(key: string, size: number, answered: Answered): ObjectInfo | undefined {
  const { sha256, time } = answered.Metadata ?? {};
  if (sha256 === undefined || time === undefined) return undefined;
  const contentType = answered.ContentType ?? "application/octet-stream";
  return { key, size, sha256, contentType, time };
}

/** The whole size, also where a part was asked for. */
export const sizeOf = ({
  ContentRange,
  ContentLength = 0,
}: {
  ContentRange?: string | undefined;
  ContentLength?: number | undefined;
}): number => Number(/\/(\d+)$/.exec(ContentRange ?? "")?.[1] ?? ContentLength);

/** The parts of so many bytes, first and last included: `bytes=0-99`. */
export function* partsOf(size: number, bytes: number): Generator<string> {
  for (let at = 0; at < size; at += bytes) yield `bytes=${at}-${Math.min(at + bytes, size) - 1}`;
}
