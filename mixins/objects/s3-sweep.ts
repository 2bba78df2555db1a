/** What a house does to its bucket when it starts: makes it, and clears away what a crash left. */
import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import { clock } from "../../services/shared/clock.ts";
import { statusOf } from "./s3-errors.ts";
import type { S3Line } from "./s3-line.ts";
import { workNames } from "./s3-names.ts";

/** Other nodes have uploads under way: what is older than this is nobody's. */
const leftAfterMs = 86_400_000;
type IsLeft = (time: Date | undefined) => boolean;

/** @throws ObjectStoreError when the server is away, or refuses */
export function isBucketThere(line: S3Line): Promise<boolean> {
  return line.ask((client, options) =>
    client.send(new HeadBucketCommand({ Bucket: line.at.bucket }), options).then(
      () => true,
      (error: unknown) => {
        if (statusOf(error) === 404) return false;
        throw error;
      },
    ),
  );
}

/** @throws ObjectStoreError when the server is away, or refuses */
export async function makeBucket(line: S3Line): Promise<void> {
  const Bucket = line.at.bucket;
  if (await isBucketThere(line)) return;
  await line.ask((client, options) =>
    client.send(new CreateBucketCommand({ Bucket }), options).catch((error: unknown) => {
      // Another node was faster.
      if (statusOf(error) !== 409) throw error;
    }),
  );
}

/** Gives up multipart uploads. @returns how many */
async function abortUploads(line: S3Line, Prefix: string, isLeft: IsLeft): Promise<number> {
  const Bucket = line.at.bucket;
  let count = 0;
  let from: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
  for (;;) {
    const list = new ListMultipartUploadsCommand({ Bucket, Prefix, ...from });
    const page = await line.ask((client, options) => client.send(list, options));
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!isLeft(Initiated)) continue;
      const abort = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
      await line.ask((client, options) => client.send(abort, options));
      count++;
    }
    if (!page.IsTruncated || !page.NextKeyMarker) return count;
    from = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
}

/** Removes what was to be copied to its place. @returns how many */
async function removeWork(line: S3Line, prefix: string, isLeft: IsLeft): Promise<number> {
  const Bucket = line.at.bucket;
  let count = 0;
  for (let StartAfter: string | undefined; ; ) {
    const list = new ListObjectsV2Command({ Bucket, Prefix: workNames(prefix), StartAfter });
    const page = await line.ask((client, options) => client.send(list, options));
    for (const { Key, LastModified } of page.Contents ?? []) {
      StartAfter = Key;
      if (!isLeft(LastModified)) continue;
      const remove = new DeleteObjectCommand({ Bucket, Key });
      await line.ask((client, options) => client.send(remove, options));
      count++;
    }
    if (!page.IsTruncated) return count;
  }
}

/**
 * Clears away what nobody has gone on with for a day; the bucket, or what is behind the prefix, is
 * the house's alone.
 *
 * @returns how many uploads
 */
export async function sweep(line: S3Line, prefix: string): Promise<number> {
  // By the time of the start, however long it takes.
  const leftBefore = clock.now() - leftAfterMs;
  const isLeft: IsLeft = (time) => time !== undefined && time.getTime() <= leftBefore;
  return (await abortUploads(line, prefix, isLeft)) + (await removeWork(line, prefix, isLeft));
}
