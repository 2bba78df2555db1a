/** The files of a run, read out of the objects' store. */
import { ObjectStoreError } from "../objects/errors.ts";
import type { ObjectStore } from "../objects/port.ts";
import { counting } from "./bytes.ts";
import type { Row } from "./parse.ts";
import { type ReadOptions, readRows } from "./rows.ts";
import type { Staging } from "./staging.ts";
import { Unreadable } from "./unreadable.ts";

export interface SpooledFile {
  name: string;
  object: string;
}

/** Rows that were read together, and the name of their file. */
export interface Group {
  file: string;
  rows: Row[];
}

export class Files {
  readonly #objects: ObjectStore;
  readonly #counted: (bytes: number) => void;

  /** @param counted is told of bytes read, packed as they are */
  constructor(objects: ObjectStore, counted: (bytes: number) => void) {
    this.#objects = objects;
    this.#counted = counted;
  }

  /** Bytes of all files together. @throws Unreadable when one is missing */
  async size(files: readonly SpooledFile[]): Promise<number> {
    let bytes = 0;
    for (const { name, object } of files) {
      try {
        bytes += (await this.#objects.head(object)).size;
      } catch (error) {
        throw named(name, error);
      }
    }
    return bytes;
  }

  /** The rows of the files, one file after the other. @throws Unreadable, also of an empty file */
  async *oneByOne(files: readonly SpooledFile[], options: ReadOptions): AsyncGenerator<Group> {
    const skip = { rows: options.skip?.rows ?? 0 };
    for (const file of files) {
      const before = skip.rows;
      let count = 0;
      for await (const rows of this.#read(file, { ...options, skip }, this.#counted)) {
        count += rows.length;
        yield { file: file.name, rows };
      }
      if (count + before - skip.rows === 0) {
        throw new Unreadable(`${file.name}: it has no rows. Send a file that has some.`);
      }
    }
  }

  /**
   * The joined rows of files of several kinds.
   *
   * @param options `skip` passes over joined rows
   * @param reject is given rows that cannot be joined
   */
  async *joined<Options>(
    files: readonly SpooledFile[],
    staging: Staging<Options>,
    { format, skip }: ReadOptions,
    options: Options,
    reject: (file: string, row: Row) => void,
  ): AsyncGenerator<Group> {
    const kinds = new Map<SpooledFile, string>();
    for (const file of files) kinds.set(file, await this.#kind(file, staging, format));
    let main = "";
    for (const kind of staging.order(new Set(kinds.values()))) {
      for (const file of files.filter((other) => kinds.get(other) === kind)) {
        const rows = this.#read(file, { format }, this.#counted);
        await staging.take(kind, rows, options, (row) => reject(file.name, row));
        if (staging.isMain(kind)) main ||= file.name;
      }
    }
    for await (const rows of staging.rows(skip?.rows ?? 0)) yield { file: main, rows };
  }

  async #kind<O>(file: SpooledFile, staging: Staging<O>, format: ReadOptions["format"]) {
    let kind = "";
    const header = (names: readonly string[]) => {
      kind = staging.kindOf(names);
    };
    // The first rows are enough; they are read again.
    for await (const _ of this.#read(file, { format, header }, () => {})) break;
    return kind;
  }

  async *#read(
    { name, object }: SpooledFile,
    options: ReadOptions,
    counted: (bytes: number) => void,
  ): AsyncGenerator<Row[]> {
    try {
      const { stream } = await this.#objects.get(object);
      yield* readRows(counting(stream, counted), options);
    } catch (error) {
      throw named(name, error);
    }
  }
}

/** Faults of a file, told with its name. */
export function named(name: string, error: unknown): unknown {
  if (error instanceof Unreadable) {
    return new Unreadable(`${name}: ${error.message}`, { cause: error.cause });
  }
  if (!(error instanceof ObjectStoreError)) return error;
  const gone = error.code === "OBJECT_NOT_FOUND";
  return new Unreadable(
    `${name}: ${gone ? "it is not in the store (any more). Send it again." : error.message}`,
  );
}
