/** Files of a form, written straight into the objects' store while they come. */
import type { IncomingMessage } from "node:http";
import { newId } from "../../services/shared/ids.ts";
import { ParamsInvalid } from "../../services/shared/problem.ts";
import type { Query } from "../http/coerce.ts";
import { type FormFile, readForm } from "../http/form.ts";
import { FormTooLarge } from "../http/refusals.ts";
import { ObjectTooLarge } from "./errors.ts";
import type { ObjectStore } from "./port.ts";

/** By field: bytes of each file at most, and how many of them, one unless told. */
export type FileRules = Readonly<
  Record<string, { readonly maxBytes: number; readonly most?: number }>
>;

export interface StoredFile {
  readonly object: string;
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  readonly sha256: string;
}

export interface StoredForm {
  readonly fields: Query;
  /** By field: one, or a list where there may be several. */
  readonly files: Readonly<Record<string, StoredFile | readonly StoredFile[]>>;
  /** What the files hold, wherever that lies now. */
  readonly same: unknown;
}

/** Beside its files a form has its fields, and headers for each part. */
const roomBeside = 1_048_576;

/** Bytes of a whole form at most. */
export const mostOf = (rules: FileRules): number =>
  Object.values(rules).reduce((sum, { maxBytes, most = 1 }) => sum + maxBytes * most, roomBeside);

const noFile = (field: string) => {
  const fault = { path: field, message: "is no file of this form" };
  return ParamsInvalid({ errors: [fault], summary: `${field}: ${fault.message}` });
};

/**
 * Reads a form and stores its files under new keys.
 *
 * @param kept is told of each key before anything is stored under it
 * @param silentMs the longest pause between two pieces
 * @throws BODY_INVALID, FORM_TOO_LARGE, PARAMS_INVALID for a file that nobody asked for; errors of
 *   the store
 */
export async function storeForm(
  req: IncomingMessage,
  objects: ObjectStore,
  { rules, kept, silentMs }: { rules: FileRules; kept: (key: string) => void; silentMs: number },
): Promise<StoredForm> {
  const files = new Map<string, StoredFile[]>();
  const begun = new Map<string, number>();
  const take = async ({ field, name, contentType, bytes }: FormFile): Promise<void> => {
    const rule = Object.hasOwn(rules, field) ? rules[field] : undefined;
    if (!rule) throw noFile(field);
    const { maxBytes, most = 1 } = rule;
    const stored = files.get(field) ?? [];
    files.set(field, stored);
    // In the order in which they come, whichever is stored first.
    const at = begun.get(field) ?? 0;
    begun.set(field, at + 1);
    if (at >= most) throw FormTooLarge({ what: `files in the field ${field}`, limit: most });
    const object = `uploads/${newId()}`;
    kept(object);
    const { size, sha256 } = await objects
      .put(object, bytes, { maxBytes, contentType })
      .catch((error: unknown) => {
        if (!(error instanceof ObjectTooLarge)) throw error;
        throw FormTooLarge({ what: `bytes in the file ${field}`, limit: maxBytes });
      });
    stored[at] = { object, name, contentType, size, sha256 };
  };
  const count = Object.values(rules).reduce((sum, { most = 1 }) => sum + most, 0);
  const fields = await readForm(req, { files: count, silentMs }, take);
  const all = [...files];
  const same = all.map(([field, some]) => [field, some.map(({ size, sha256 }) => [size, sha256])]);
  const given: Record<string, StoredFile | StoredFile[]> = {};
  for (const [field, some] of all) {
    const [first] = some;
    if ((rules[field]?.most ?? 1) > 1) given[field] = some;
    else if (first) given[field] = first;
  }
  return { fields, files: given, same };
}
