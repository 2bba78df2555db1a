/**
 * Objects in a bucket of an S3 server, or of one that is compatible. Names: s3-names.ts; how bytes
 * come in whole: s3-upload.ts; how they are read: s3-reading.ts.
 */
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { attachment } from "../http/headers.ts";
import { segmentsOf } from "./key.ts";
import { BodyFailed, measured } from "./measured.ts";
import type * as port from "./port.ts";
import { S3Copies } from "./s3-copy.ts";
import { isOutage } from "./s3-errors.ts";
import { type Guard, S3Line, type S3Settings } from "./s3-line.ts";
import { S3Listing } from "./s3-listing.ts";
import { nameOf } from "./s3-names.ts";
import { S3Reading } from "./s3-reading.ts";
import { makeBucket, sweep } from "./s3-sweep.ts";
import { S3Uploads } from "./s3-upload.ts";

export interface S3Options {
  readonly guard?: Guard | undefined;
  /** As a house that starts does; `false` in a thread beside it. */
  readonly sweep?: boolean | undefined;
  /** Told of what could not be done at the start. */
  readonly warn?: ((error: unknown) => void) | undefined;
}

export class S3Store implements port.ObjectStore {
  readonly #line: S3Line;
  readonly #prefix: string;
  readonly #uploads: S3Uploads;
  readonly #reading: S3Reading;
  readonly #listing: S3Listing;

  private constructor(settings: S3Settings, guard?: Guard) {
    this.#line = new S3Line(settings, guard);
    this.#prefix = settings.prefix ?? "";
    const copies = new S3Copies(this.#line, settings);
    this.#uploads = new S3Uploads(this.#line, copies, settings);
    this.#reading = new S3Reading(this.#line, copies, this.#prefix);
    this.#listing = new S3Listing(this.#line, this.#reading, this.#prefix);
  }

  /**
   * Opens the bucket, and makes it where it is missing. A server that is away is waited for.
   *
   * @throws ObjectStoreError when the server refuses the bucket or the keys
   */
  static async open(settings: S3Settings, options: S3Options = {}): Promise<S3Store> {
    const { guard, warn = () => {} } = options;
    const store = new S3Store(settings, guard);
    if (options.sweep === false) return store;
    try {
      await makeBucket(store.#line);
      // Not awaited: there may be much.
      void store.sweep().catch(warn);
    } catch (error) {
      if (!isOutage(error)) throw error;
      warn(error);
    }
    return store;
  }

  /** Clears away what nobody has gone on with for a day. @returns how many uploads */
  sweep(): Promise<number> {
    return sweep(this.#line, this.#prefix);
  }

  /** Lets go of the connections. */
  close(): void {
    this.#line.close();
  }

  async put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    { maxBytes, contentType = "application/octet-stream" }: port.PutOptions = {},
  ): Promise<port.ObjectInfo> {
    segmentsOf(key);
    try {
      return await this.#uploads.put(key, measured(body, key, maxBytes), contentType);
    } catch (error) {
      throw error instanceof BodyFailed ? error.cause : error;
    }
  }

  get(key: string, range: port.ByteRange = {}): Promise<port.Found> {
    return this.#reading.get(key, range);
  }

  head(key: string): Promise<port.ObjectInfo> {
    return this.#reading.head(key);
  }

  async remove(key: string): Promise<boolean> {
    // The server does not say whether there was something.
    if (!(await this.#reading.has(key))) return false;
    const remove = new DeleteObjectCommand(this.#at(key));
    await this.#line.ask((client, options) => client.send(remove, options));
    return true;
  }

  list(prefix: string, page: { after?: string; limit?: number } = {}): Promise<port.ObjectInfo[]> {
    return this.#listing.list(prefix, page);
  }

  async urlFor(key: string, access: port.Access): Promise<port.Address> {
    segmentsOf(key);
    const { signer } = this.#line;
    const expiresIn = Math.min(access.seconds, 604_800);
    if (access.method === "GET") {
      const ResponseContentDisposition = access.name && attachment(access.name);
      const get = new GetObjectCommand({ ...this.#at(key), ResponseContentDisposition });
      return { url: await getSignedUrl(signer, get, { expiresIn }), headers: {} };
    }
    const { contentType, size } = access;
    const sent = { ContentType: contentType, ContentLength: size };
    // What is signed the server insists on.
    const signableHeaders = new Set(["host", "content-type", "content-length"]);
    const put = new PutObjectCommand({ ...this.#at(key), ...sent });
    const url = await getSignedUrl(signer, put, { expiresIn, signableHeaders });
    return { url, headers: { "content-type": contentType } };
  }

  #at(key: string) {
    return { Bucket: this.#line.at.bucket, Key: nameOf(this.#prefix, key) };
  }
}
