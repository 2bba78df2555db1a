/**
 * Chains of hashes: each entry holds the hash of the one before, so that none is changed or taken
 * out unnoticed. The end of a chain is not held by anything in it: it is anchored elsewhere. Pure.
 */
import { hash } from "node:crypto";

/** JSON with its keys in order: the same text for the same content, whoever stored it. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const parts = fields.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${parts.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(",")}}`;
}

/** The hash of an entry that follows another. @param before "" for the first */
export const link = (before: string, entry: object): string =>
  hash("sha256", `${before}\n${canonical(entry)}`, "base64url");

/** Where a chain ends. */
export interface Head {
  number: number;
  hash: string;
}

/** The same, and whether what is personal in it was erased. */
export type Chain = Head & { bare: boolean };
