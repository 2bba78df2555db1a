/** Copies within a bucket: bytes that are there already get their place and their hash. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import type { ObjectInfo } from "./port.ts";
import type { S3Line, S3Settings } from "./s3-line.ts";
import { metadataOf, nameOf, partsOf, sourceOf } from "./s3-names.ts";

const mebi = 1024 ** 2;

/** What stands at a name. */
export interface Standing {
  readonly name: string;
  readonly size: number;
  /** Only as long as it is still this one. */
  readonly etag?: string | undefined;
}

interface Place {
  readonly Bucket: string;
  readonly Key: string;
  readonly ContentType: string;
  readonly Metadata: Record<string, string>;
}
interface Source {
  readonly CopySource: string;
  readonly CopySourceIfMatch: string | undefined;
}

export class S3Copies {
  readonly #line: S3Line;
  readonly #prefix: string;
  readonly #partBytes: number;

  constructor(line: S3Line, { prefix = "", copyBytes }: S3Settings) {
    this.#line = line;
    this.#prefix = prefix;
    this.#partBytes = copyBytes ?? 256 * mebi;
  }

  /** Puts what stands at a name, with its hash beside it, in the place of its key; as S3 fails. */
  async place(from: Standing, info: ObjectInfo): Promise<void> {
    const { bucket } = this.#line.at;
    const to: Place = {
      Bucket: bucket,
      Key: nameOf(this.#prefix, info.key),
      ContentType: info.contentType,
      Metadata: metadataOf(info),
    };
    const source = { CopySource: sourceOf(bucket, from.name), CopySourceIfMatch: from.etag };
    if (from.size > this.#partBytes) return this.#inParts(from.size, to, source);
    const copy = new CopyObjectCommand({ ...to, ...source, MetadataDirective: "REPLACE" });
    await this.#line.bulk.send(copy);
  }

  async #inParts(size: number, to: Place, source: Source): Promise<void> {
    const { bulk } = this.#line;
    const { UploadId } = await bulk.send(new CreateMultipartUploadCommand(to));
    const at = { Bucket: to.Bucket, Key: to.Key, UploadId };
    try {
      const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
      for (const CopySourceRange of partsOf(size, this.#partBytes)) {
        const part = { ...at, ...source, CopySourceRange, PartNumber: Parts.length + 1 };
        const { CopyPartResult } = await bulk.send(new UploadPartCopyCommand(part));
        Parts.push({ PartNumber: part.PartNumber, ETag: CopyPartResult?.ETag });
      }
      await bulk.send(new CompleteMultipartUploadCommand({ ...at, MultipartUpload: { Parts } }));
    } catch (error) {
      await bulk.send(new AbortMultipartUploadCommand(at)).catch(() => {});
      throw error;
    }
  }
}
