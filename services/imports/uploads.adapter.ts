/**
 * Files that were received for imports. Each leaves a mark in the objects' store, so that what no
 * import came to use is swept after a while, and nothing else that lies among the uploads.
 */
import { Readable } from "node:stream";
import { WriteFailed } from "../../mixins/documents/failures.ts";
import type { Store } from "../../mixins/documents/store.ts";
import type { ObjectInfo, ObjectStore } from "../../mixins/objects/port.ts";
import { Turns } from "../../mixins/turns.ts";
import { clock } from "../shared/clock.ts";
import { SourceInvalid } from "./imports.contract.ts";
import type { ImportDocument } from "./imports.store.ts";

const marks = "imports/received/";
const dayMs = 86_400_000;
/** What is not done may be gone on with, and reads its files then. */
const broken = ["failed", "cancelled"];
const unfinished = ["queued", "running", ...broken];

interface Named {
  name: string;
  object?: string | undefined;
  size?: number;
}

export class Uploads {
  readonly #objects: ObjectStore;
  readonly #store: Store<ImportDocument>;
  readonly #keptMs: number;
  readonly #turns = new Turns();

  /** @param days so long is a file kept that no import uses, or one that ended badly */
  constructor(objects: ObjectStore, store: Store<ImportDocument>, days: number) {
    this.#objects = objects;
    this.#store = store;
    this.#keptMs = days * dayMs;
  }

  /** An upload must have been received, whole. @throws SourceInvalid */
  async mustBeThere({ name, object, size }: Named): Promise<void> {
    if (object === undefined) return;
    const info = await this.#objects.head(object).catch(({ message }: Error) => {
      throw SourceInvalid({ reason: `${name} is not in the store: ${message} Send it again.` });
    });
    if (size === undefined || info.size === size) return;
    throw SourceInvalid({
      reason: `${name} came in part: ${info.size} of ${size}. Send it again.`,
    });
  }

  /** @throws WriteFailed */
  async received(object: string): Promise<void> {
    await this.#objects.put(`${marks}${object}`, Readable.from([])).catch((error: Error) => {
      throw WriteFailed({ reason: error.message });
    });
  }

  /** Runs what begins to use files; never while they are swept. */
  using<T>(task: () => Promise<T>): Promise<T> {
    return this.#turns.run("uploads", task);
  }

  /** Removes files that were used, but for those that another import needs. */
  release(objects: readonly string[]): Promise<void> {
    return this.using(async () => {
      if (objects.length === 0) return;
      const needed = await this.#needed();
      for (const object of objects) if (!needed.has(object)) await this.#remove(object);
    });
  }

  /**
   * Removes files that were received long ago and that no import needs, and those of imports that
   * ended badly long ago and were not resumed. Answers how many.
   */
  sweep(): Promise<number> {
    return this.using(async () => {
      const given = await this.#giveUp();
      const old = (await this.#marked()).filter(
        ({ time }) => Date.parse(time) + this.#keptMs <= clock.now(),
      );
      if (old.length === 0 && given.length === 0) return 0;
      const needed = await this.#needed();
      const over = new Set([...given, ...old.map(({ key }) => key.slice(marks.length))]);
      const unused = [...over].filter((object) => !needed.has(object));
      for (const object of unused) await this.#remove(object);
      return unused.length;
    });
  }

  /**
   * Imports that ended badly let go of their files when their time is over: resumed later, they
   * fetch them anew, or say that they are to be sent again. Answers the files.
   */
  async #giveUp(): Promise<string[]> {
    const over = new Date(clock.now() - this.#keptMs).toISOString();
    const given: string[] = [];
    for await (const docs of this.#store.each({ status: { in: broken }, endedAt: { lte: over } })) {
      for (const doc of docs.filter(({ files }) => files.some(({ object }) => object))) {
        const files = doc.files.map(({ object: _, ...file }) => file);
        // Resumed just now: then it needs them.
        const kept = await this.#store.replace({ ...doc, files }).catch(() => undefined);
        if (kept) given.push(...doc.files.flatMap(({ object }) => object ?? []));
      }
    }
    return given;
  }

  async #marked(): Promise<ObjectInfo[]> {
    const found: ObjectInfo[] = [];
    for (let after = ""; ; ) {
      const page = await this.#objects.list(marks, { after, limit: 1000 });
      found.push(...page);
      after = page.at(-1)?.key ?? "";
      if (page.length < 1000) return found;
    }
  }

  async #needed(): Promise<Set<string>> {
    const needed = new Set<string>();
    for await (const docs of this.#store.each({ status: { in: unfinished } })) {
      for (const { object } of docs.flatMap(({ files }) => files)) if (object) needed.add(object);
    }
    return needed;
  }

  async #remove(object: string): Promise<void> {
    await this.#objects.remove(object);
    await this.#objects.remove(`${marks}${object}`);
  }
}
