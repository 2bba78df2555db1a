/**
 * How bytes come into a bucket, whole or not at all, with their hash beside them. What fits into one
 * part is hashed first and put at once. What is larger goes to a name of its own while it is hashed,
 * and is copied to its place within the server when all of it is there: until then nobody sees it,
 * and what a crash leaves is swept.
 */
import { Readable } from "node:stream";
import { DeleteObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { clock } from "../../services/shared/clock.ts";
import { newId } from "../../services/shared/ids.ts";
import { BodyFailed, type Measured } from "./measured.ts";
import type { ObjectInfo } from "./port.ts";
import type { S3Copies } from "./s3-copy.ts";
import { s3Error } from "./s3-errors.ts";
import type { S3Line, S3Settings } from "./s3-line.ts";
import { metadataOf, nameOf, workNameOf } from "./s3-names.ts";

const mebi = 1024 ** 2;
/** Parts that are on their way at once. */
const atOnce = 2;

interface Head {
  readonly pieces: Uint8Array[];
  readonly ended: boolean;
}

/** The beginning of a body: all of it, or more bytes than one part has. */
async function headOf(chunks: AsyncGenerator<Uint8Array>, most: number): Promise<Head> {
  const pieces: Uint8Array[] = [];
  for (let size = 0; size <= most; ) {
    const next = await chunks.next();
    if (next.done) return { pieces, ended: true };
    pieces.push(next.value);
    size += next.value.byteLength;
  }
  return { pieces, ended: false };
}

async function* after({ pieces }: Head, rest: AsyncGenerator<Uint8Array>) {
  yield* pieces;
  yield* rest;
}

export class S3Uploads {
  readonly #line: S3Line;
  readonly #copies: S3Copies;
  readonly #prefix: string;
  readonly #partBytes: number;

  constructor(line: S3Line, copies: S3Copies, { prefix = "", partBytes }: S3Settings) {
    this.#line = line;
    this.#copies = copies;
    this.#prefix = prefix;
    this.#partBytes = partBytes ?? 8 * mebi;
  }

  /** @throws BodyFailed, ObjectStoreError */
  async put(key: string, body: Measured, contentType: string): Promise<ObjectInfo> {
    try {
      const head = await headOf(body.chunks, this.#partBytes);
      if (!head.ended) return await this.#large(key, head, body, contentType);
      const info = { key, ...body.result(), contentType, time: clock.iso() };
      await this.#small(info, Buffer.concat(head.pieces));
      return info;
    } catch (error) {
      throw error instanceof BodyFailed ? error : s3Error(this.#line.at, error);
    } finally {
      await body.chunks.return(undefined);
    }
  }

  #small(info: ObjectInfo, bytes: Buffer): Promise<unknown> {
    const put = new PutObjectCommand({
      Bucket: this.#line.at.bucket,
      Key: nameOf(this.#prefix, info.key),
      Body: bytes,
      ContentType: info.contentType,
      Metadata: metadataOf(info),
    });
    return this.#line.ask((client, options) => client.send(put, options), { bytes: bytes.length });
  }

  async #large(key: string, head: Head, body: Measured, contentType: string): Promise<ObjectInfo> {
    const name = workNameOf(this.#prefix, newId());
    const at = { Bucket: this.#line.at.bucket, Key: name };
    const upload = new Upload({
      client: this.#line.bulk,
      params: { ...at, Body: Readable.from(after(head, body.chunks)), ContentType: contentType },
      partSize: this.#partBytes,
      queueSize: atOnce,
    });
    // Fails after its parts were given up; what it could not give up is swept.
    await upload.done();
    try {
      const info = { key, ...body.result(), contentType, time: clock.iso() };
      await this.#copies.place({ name, size: info.size }, info);
      return info;
    } finally {
      const remove = new DeleteObjectCommand(at);
      await this.#line.ask((client, options) => client.send(remove, options)).catch(() => {});
    }
  }
}
