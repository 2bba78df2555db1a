/** What can go wrong with objects; `code` is for programs, the message says what to do next. */
export type ObjectStoreErrorCode =
  | "OBJECT_NOT_FOUND"
  | "OBJECT_TOO_LARGE"
  | "OBJECT_DAMAGED"
  | "INVALID_KEY"
  | "INVALID_RANGE"
  | "STORAGE_FULL"
  | "STORAGE_READ_ONLY"
  | "STORAGE_UNAVAILABLE";

export class ObjectStoreError extends Error {
  readonly code: ObjectStoreErrorCode;

  constructor(code: ObjectStoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
  }
}

export class ObjectNotFound extends ObjectStoreError {
  constructor(key: string) {
    super("OBJECT_NOT_FOUND", `There is no object '${key}'.`);
  }
}

export class ObjectTooLarge extends ObjectStoreError {
  readonly maxBytes: number;

  constructor(key: string, maxBytes: number) {
    super("OBJECT_TOO_LARGE", `The object '${key}' is larger than the ${maxBytes} bytes allowed.`);
    this.maxBytes = maxBytes;
  }
}

export class InvalidKey extends ObjectStoreError {
  constructor(key: string, why: string) {
    super("INVALID_KEY", `${JSON.stringify(key.slice(0, 100))} is no key of an object: ${why}.`);
  }
}

export class InvalidRange extends ObjectStoreError {
  /** Of the object, for `Content-Range: bytes *\/size`. */
  readonly size: number;

  constructor(range: { start?: number; end?: number }, size: number) {
    const asked = `${range.start ?? ""}-${range.end ?? ""}`;
    super("INVALID_RANGE", `The bytes ${asked} are not within the object's ${size} bytes.`);
    this.size = size;
  }
}

const full = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const readOnly = new Set(["EROFS", "EACCES", "EPERM"]);

/** The code of a system's error (ENOENT, …), or "". */
export const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null ? String(Reflect.get(error, "code") ?? "") : "";

/** A failure of the file system in words for the operator, naming the folder. */
export const storageError = (folder: string, cause: unknown): ObjectStoreError => {
  if (cause instanceof ObjectStoreError) return cause;
  const code = codeOf(cause);
  if (full.has(code)) {
    const text = `There is no space left for objects in ${folder} (${code}). Free some, or move `;
    return new ObjectStoreError("STORAGE_FULL", `${text}DATA_DIR to a larger disk.`, cause);
  }
  if (readOnly.has(code)) {
    const text = `Objects cannot be written to ${folder} (${code}). Give this user the right to `;
    return new ObjectStoreError(
      "STORAGE_READ_ONLY",
      `${text}write there, or move DATA_DIR.`,
      cause,
    );
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  const text = `The folder of the objects, ${folder}, cannot be used: ${why}. Check that it is a `;
  return new ObjectStoreError("STORAGE_UNAVAILABLE", `${text}folder on a working disk.`, cause);
};
