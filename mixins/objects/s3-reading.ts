/**
 * Reading out of a bucket. What came by a signed address has no hash beside it: it is read through
 * once, when it is first asked for, and gets one.
 */
import type { Readable } from "node:stream";
import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { ObjectNotFound, ObjectStoreError } from "./errors.ts";
import { segmentsOf } from "./key.ts";
import { BodyFailed, measured } from "./measured.ts";
import { patiently } from "./patience.ts";
import type { ByteRange, Found, ObjectInfo } from "./port.ts";
import { resolveRange } from "./range.ts";
import type { S3Copies } from "./s3-copy.ts";
import { s3Error, statusOf, tooSlow } from "./s3-errors.ts";
import type { S3Line } from "./s3-line.ts";
import { infoOf, nameOf, sizeOf } from "./s3-names.ts";

/** So often may an object be replaced while it is looked for. */
const tries = 4;

/** Undefined where it was replaced since it was looked at. */
const unlessReplaced = (error: unknown): undefined => {
  if (statusOf(error) === 412) return undefined;
  throw error;
};

export const unlessMissing =
  <T>(otherwise: T) =>
  (error: unknown): T => {
    if (error instanceof ObjectNotFound) return otherwise;
    throw error;
  };

export class S3Reading {
  readonly #line: S3Line;
  readonly #copies: S3Copies;
  readonly #prefix: string;

  constructor(line: S3Line, copies: S3Copies, prefix: string) {
    this.#line = line;
    this.#copies = copies;
    this.#prefix = prefix;
  }

  async head(key: string): Promise<ObjectInfo> {
    segmentsOf(key);
    return this.#until(key, async () => (await this.#look(key)).info);
  }

  /** Whether there is such an object; nothing of it is read. */
  async has(key: string): Promise<boolean> {
    segmentsOf(key);
    return this.#look(key).then(() => true, unlessMissing(false));
  }

  async get(key: string, range: ByteRange): Promise<Found> {
    segmentsOf(key);
    return this.#until(key, async () => {
      const isWhole = range.start === undefined && range.end === undefined;
      const seen = isWhole ? undefined : await this.#look(key);
      const part = seen && resolveRange(range, seen.size);
      const got = await this.#fetch(key, {
        Range: part && `bytes=${part.start}-${part.end}`,
        IfMatch: seen?.etag,
      });
      if (got?.info) {
        return { info: got.info, ...resolveRange(range, got.info.size), stream: got.body };
      }
      got?.body.destroy();
      return undefined;
    });
  }

  #at = (key: string) => ({ Bucket: this.#line.at.bucket, Key: nameOf(this.#prefix, key) });

  /** Tries again what finds bytes without a hash, or others than a moment before. */
  async #until<T>(key: string, read: () => Promise<T | undefined>): Promise<T> {
    for (let again = 0; again < tries; again++) {
      const found = await read();
      if (found) return found;
      await this.#measure(key);
    }
    const text = `The object '${key}' is replaced again and again. Ask for it once more.`;
    throw new ObjectStoreError("STORAGE_UNAVAILABLE", text);
  }

  async #look(key: string) {
    const head = new HeadObjectCommand(this.#at(key));
    const seen = await this.#line.ask((client, options) => client.send(head, options), { key });
    const size = seen.ContentLength ?? 0;
    return { info: infoOf(key, size, seen), size, etag: seen.ETag };
  }

  async #fetch(
    key: string,
    how: { Range?: string | undefined; IfMatch?: string | undefined } = {},
  ) {
    const get = new GetObjectCommand({ ...this.#at(key), ...how });
    const got = await this.#line.ask(
      (client, options) => client.send(get, options).catch(unlessReplaced),
      { key },
    );
    if (!got) return undefined;
    const { at, patienceMs } = this.#line;
    const told = (cause?: unknown) => (cause ? s3Error(at, cause) : tooSlow(at, patienceMs));
    const size = sizeOf(got);
    const body = patiently(got.Body as Readable, patienceMs, told);
    const time = (got.LastModified ?? new Date(0)).toISOString();
    const { ETag: etag, ContentType: contentType = "application/octet-stream" } = got;
    return { info: infoOf(key, size, got), size, body, etag, time, contentType };
  }

  /** Puts the hash beside bytes that have none. */
  async #measure(key: string): Promise<void> {
    const got = await this.#fetch(key);
    if (!got || got.info) {
      got?.body.destroy();
      return;
    }
    const { size, etag, time, contentType } = got;
    const { chunks, result } = measured(got.body, key);
    try {
      for await (const _ of chunks);
      const from = { name: nameOf(this.#prefix, key), size, etag };
      await this.#copies.place(from, { key, ...result(), contentType, time }).catch(unlessReplaced);
    } catch (error) {
      throw error instanceof BodyFailed ? error.cause : s3Error(this.#line.at, error, key);
    }
  }
}
