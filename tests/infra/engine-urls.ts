/** Engines as the environment names them for the tests that need them. */
import { randomUUID } from "node:crypto";
import type { S3Settings } from "../../mixins/objects/s3-line.ts";

/** The URL of an engine that a test needs: missing, it says what to set. */
export function urlOf(name: string, what: string): URL {
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: start ${what} and name it there.`);
  return new URL(url);
}

/** A setting of the S3 server that a test needs. */
function s3Setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: name an S3 server by S3_ENDPOINT and the rest.`);
  return value;
}

/** The bucket that the environment names, below a prefix that nobody else uses. */
export const ownPrefix = (): S3Settings => ({
  endpoint: s3Setting("S3_ENDPOINT"),
  region: s3Setting("S3_REGION"),
  accessKey: s3Setting("S3_ACCESS_KEY"),
  secretKey: s3Setting("S3_SECRET_KEY"),
  bucket: s3Setting("S3_BUCKET"),
  prefix: `test-${randomUUID()}/`,
});
