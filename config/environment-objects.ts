/** Where objects are kept: uploads, reports, media; under DATA_DIR when no server is named. */
import { z } from "zod";
import type { S3Settings } from "../mixins/objects/s3-line.ts";

const text = z.string().min(1, "a text").optional();
/** It stands in messages: a secret has a variable of its own. */
const address = z
  .url({ protocol: /^https?$/, error: "http://… or https://…" })
  .refine((text) => !/\/\/[^/]*@/.test(text), "http://… or https://… without a user")
  .optional();

export const objectsVariables = {
  S3_ENDPOINT: address,
  /** Where those reach it who are given addresses of objects, when that is elsewhere. */
  S3_PUBLIC_ENDPOINT: address,
  S3_REGION: text,
  S3_ACCESS_KEY: text,
  S3_SECRET_KEY: text,
  S3_BUCKET: text,
} as const;

const needed = ["S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_BUCKET"] as const;

type Given = { readonly [K in keyof typeof objectsVariables]?: string | undefined };

/** What contradicts itself, a sentence each. */
export function objectsFaults(given: Given): string[] {
  if (given.S3_ENDPOINT) {
    const missing = needed.filter((name) => !given[name]);
    return missing.map((name) => `${name} is missing: S3_ENDPOINT is set, so set it too`);
  }
  const alone = (["S3_PUBLIC_ENDPOINT", ...needed] as const).filter((name) => given[name]);
  return alone.length > 0
    ? [`${alone.join(", ")}: S3_ENDPOINT is missing; set it too, or unset ${alone.join(", ")}`]
    : [];
}

/** The bucket that is named; undefined where objects stay under DATA_DIR. */
export function s3Of(given: Given): S3Settings | undefined {
  const { S3_ENDPOINT: endpoint, S3_PUBLIC_ENDPOINT: publicEndpoint } = given;
  if (endpoint === undefined) return undefined;
  // With an endpoint the rest is there: see the faults.
  const { S3_REGION, S3_ACCESS_KEY, S3_SECRET_KEY, S3_BUCKET } = given;
  const keys = { accessKey: `${S3_ACCESS_KEY}`, secretKey: `${S3_SECRET_KEY}` };
  return { endpoint, publicEndpoint, region: `${S3_REGION}`, bucket: `${S3_BUCKET}`, ...keys };
}
