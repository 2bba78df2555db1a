/** Why an import failed, in a sentence that ends with the next step. Pure. */
import { WriteFailed } from "../../mixins/documents/failures.ts";
import { Unreadable } from "../../mixins/intake/unreadable.ts";
import { ObjectStoreError } from "../../mixins/objects/errors.ts";
import { isProblem } from "../shared/problem.ts";

/** How Node and SQLite say that the disk refuses; a thread hands on no more than the text. */
const ofDisk = /ENOSPC|EDQUOT|EFBIG|EROFS|disk is full|disk I\/O error/;

export function failureOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = (text.split("\n", 1)[0] ?? "").replace(/\p{Cc}+/gu, "\ufffd");
  if (error instanceof Unreadable) return line;
  if (error instanceof ObjectStoreError) return `${line} Then resume the import.`;
  const reason = isProblem(error, WriteFailed) ? Reflect.get(Object(error), "data").reason : line;
  if (ofDisk.test(reason)) {
    return `The disk takes no more (${reason}). Free space or mend it, then resume the import.`;
  }
  return `It failed (${line}). See the log, then resume it.`;
}
