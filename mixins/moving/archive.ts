/**
 * The archive of a house: a tar file of
 *
 *     bijou.json              what it is: format, time, and how long all of it has to be
 *     index.ndjson            a line for each of the members below: where it begins, what it holds
 *     documents/<name>.ndjson.gz   a collection: documents in the order of their ids, canonical JSON
 *     objects/<number>        the bytes of an object
 *     checksums.sha256        of all members, as sha256sum takes them
 *
 * Pure. Whoever changes what stands here counts the format on.
 */
import { z } from "zod";
import { blockBytes, endBytes, headerOf, paddingOf, spanOf } from "./tar.ts";

export const archiveFormat = 1;
/** The first member is padded to this, so that it is found without looking for it. */
const headBytes = 1_024;
/** Where the index begins. */
export const indexAt = spanOf(headBytes) + blockBytes;

export const Head = z.object({
  house: z.literal("bijou"),
  format: z.int(),
  time: z.string(),
  /** Tells whether the house that restores has the secrets of the one that was backed up. */
  seal: z.string(),
  /** Of the whole archive, bytes. */
  size: z.int(),
  index: z.object({ size: z.int(), sha256: z.string() }),
});
export type Head = z.output<typeof Head>;

const member = {
  path: z.string(),
  /** Where its bytes begin, behind the index. */
  at: z.int(),
  size: z.int(),
  sha256: z.string(),
};
export const Member = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("collection"),
    ...member,
    actor: z.string(),
    collection: z.string(),
    documents: z.int(),
    content: z.string(),
  }),
  z.object({ kind: z.literal("object"), ...member, key: z.string(), contentType: z.string() }),
]);
export type Member = z.output<typeof Member>;

/** Where the members begin that the index names. */
export const membersAt = ({ index }: Pick<Head, "index">): number =>
  spanOf(headBytes) + spanOf(index.size);

/** The bytes of a member within the archive, first and last. */
export const rangeIn = (head: Head, { at, size }: Member): { start: number; end: number } => {
  const start = membersAt(head) + at;
  return { start, end: start + size - 1 };
};

export const checksumLine = (sha256: string, path: string): string => `${sha256}  ${path}\n`;

/** @param checksums bytes of the last member; @param members bytes that those of the index span */
export const sizeOf = (index: { size: number }, members: number, checksums: number): number =>
  membersAt({ index: { ...index, sha256: "" } }) + members + spanOf(checksums) + endBytes;

/** The first member, header and padding included. */
export function headMember(head: Head): Buffer {
  const text = `${JSON.stringify(head)}\n`;
  if (text.length > headBytes) throw new Error("The head of an archive has outgrown its place.");
  const seconds = Date.parse(head.time) / 1_000;
  const padded = text.padEnd(headBytes - 1, " ").slice(0, headBytes - 1);
  return Buffer.concat([headerOf("bijou.json", headBytes, seconds), Buffer.from(`${padded}\n`)]);
}

/** What stands before a member, and what behind it. */
export const around = (path: string, size: number, seconds: number): [Buffer, Buffer] => [
  headerOf(path, size, seconds),
  Buffer.alloc(paddingOf(size)),
];
export const archiveEnd = Buffer.alloc(endBytes);
