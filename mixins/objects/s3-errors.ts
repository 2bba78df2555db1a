/** What an S3 server, or the way to it, says when it fails: as errors of the objects' port. Pure. */
import { codeOf, ObjectNotFound, ObjectStoreError, type ObjectStoreErrorCode } from "./errors.ts";

/** Where it was asked. */
export interface Bucket {
  readonly endpoint: string;
  readonly bucket: string;
}

const missing = new Set(["NoSuchKey", "NotFound"]);
const refused = new Set(["InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied"]);
const full = new Set(["QuotaExceeded", "XMinioStorageFull", "InsufficientStorage", "StorageFull"]);

const nameOf = (cause: unknown): string => (cause instanceof Error ? cause.name : "");
/** The HTTP status that the server answered, 0 where it did not. */
export const statusOf = (cause: unknown): number => {
  const told: unknown = cause instanceof Error ? Reflect.get(cause, "$metadata") : undefined;
  const status = told instanceof Object ? Reflect.get(told, "httpStatusCode") : undefined;
  return typeof status === "number" ? status : 0;
};

const told = (code: ObjectStoreErrorCode, text: string, cause: unknown) =>
  new ObjectStoreError(code, text, cause);

/** The server did not answer, or not in time: it may be back soon. */
export const isOutage = (error: unknown): boolean =>
  error instanceof ObjectStoreError && error.code === "STORAGE_UNAVAILABLE";

/**
 * @param key the object that was asked for, where it was one
 * @returns what is an error of the port already as it is
 */
export function s3Error({ endpoint, bucket }: Bucket, cause: unknown, key?: string): Error {
  if (cause instanceof ObjectStoreError) return cause;
  const name = nameOf(cause);
  const status = statusOf(cause);
  if (name === "NoSuchBucket") {
    const text = `There is no bucket '${bucket}' at ${endpoint}. Make it, or correct S3_BUCKET.`;
    return told("STORAGE_UNAVAILABLE", text, cause);
  }
  if (key !== undefined && missing.has(name)) return new ObjectNotFound(key);
  if (refused.has(name) || status === 401 || status === 403) {
    const text = `${endpoint} refuses the bucket '${bucket}' (${name}). Correct S3_ACCESS_KEY and `;
    return told("STORAGE_READ_ONLY", `${text}S3_SECRET_KEY, or give them the right to it.`, cause);
  }
  if (full.has(name) || status === 507) {
    const text = `There is no space left for objects at ${endpoint} (${name}). Free some there.`;
    return told("STORAGE_FULL", text, cause);
  }
  const why = codeOf(cause) || name || String(cause);
  const text = `The objects at ${endpoint} cannot be reached just now: ${why}. See that the server `;
  return told("STORAGE_UNAVAILABLE", `${text}runs and that S3_ENDPOINT is right.`, cause);
}

/** The server took longer than it may. */
export const tooSlow = ({ endpoint }: Bucket, ms: number): ObjectStoreError =>
  told(
    "STORAGE_UNAVAILABLE",
    `The objects at ${endpoint} did not answer within ${ms / 1000} s. See whether the server hangs.`,
    undefined,
  );
