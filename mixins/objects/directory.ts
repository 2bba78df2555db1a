/**
 * Objects in a folder of this machine. Layout: layout.ts. A put is whole or without effect, also
 * through `kill -9` and power cuts; what these leave behind is swept when the store is opened.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { clock } from "../../services/shared/clock.ts";
import { newId } from "../../services/shared/ids.ts";
import { Turns } from "../turns.ts";
import { displace, place, sweep } from "./changes.ts";
import { makeFolder, writeMeasured } from "./disk.ts";
import { storageError } from "./errors.ts";
import { segmentsOf } from "./key.ts";
import { damaged, infoOf, placeOf, readSidecar, workFolder } from "./layout.ts";
import { BodyFailed } from "./measured.ts";
import { mustBeThere, openBytes } from "./opening.ts";
import type {
  Access,
  Address,
  ByteRange,
  Found,
  ObjectInfo,
  ObjectStore,
  PutOptions,
} from "./port.ts";
import { ticketAddress, ticketing } from "./tickets.ts";
import { keysOf } from "./walk.ts";

export interface DirectoryOptions {
  /**
   * Sweeps what a crash left: for the one who holds the lock of the data folder. `false` in a
   * worker thread beside it, whose sweep would take uploads under way for leftovers.
   */
  readonly sweep?: boolean | undefined;
  /** For addresses: the house's secret, and where its public door is reached from outside. */
  readonly signing?: { readonly secret: string; readonly door: string } | undefined;
}

export class DirectoryStore implements ObjectStore {
  readonly #root: string;
  readonly #signing: DirectoryOptions["signing"];
  readonly #turns = new Turns();

  private constructor(root: string, signing: DirectoryOptions["signing"]) {
    this.#root = root;
    this.#signing = signing;
  }

  /**
   * Opens the folder, and makes it where it is missing.
   *
   * @throws ObjectStoreError STORAGE_READ_ONLY, STORAGE_FULL, STORAGE_UNAVAILABLE
   */
  static async open(root: string, options: DirectoryOptions = {}): Promise<DirectoryStore> {
    const store = new DirectoryStore(root, options.signing);
    await store.#told(async () => {
      await makeFolder(workFolder(root));
      if (options.sweep !== false) await sweep(root);
    });
    return store;
  }

  async put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    options: PutOptions = {},
  ): Promise<ObjectInfo> {
    const at = placeOf(this.#root, key);
    const id = newId();
    const upload = join(workFolder(this.#root), id);
    const [bytes, sidecar] = [`${upload}.bytes`, `${upload}.json`];
    return await this.#told(async () => {
      try {
        const measured = await writeMeasured(bytes, body, { key, maxBytes: options.maxBytes });
        const contentType = options.contentType ?? "application/octet-stream";
        const info = { key, ...measured, contentType, time: clock.iso() };
        const about = { ...info, file: at.file(id) };
        await this.#turns.run(key, async () => {
          await makeFolder(at.folder);
          await place(this.#root, at, { bytes, sidecar, about });
        });
        return info;
      } finally {
        await rm(bytes, { force: true });
        await rm(sidecar, { force: true });
      }
    });
  }

  async get(key: string, range: ByteRange = {}): Promise<Found> {
    const at = placeOf(this.#root, key);
    return await this.#told(async () => {
      let found = await openBytes(this.#root, key, range);
      // Replaced between reading what it is and opening it: once more.
      for (let again = 0; !found && again < 3; again++)
        found = await openBytes(this.#root, key, range);
      if (!found) throw damaged(at.sidecar, "its bytes are missing");
      return found;
    });
  }

  async head(key: string): Promise<ObjectInfo> {
    return this.#told(async () => infoOf(await mustBeThere(this.#root, key)));
  }

  async remove(key: string): Promise<boolean> {
    const at = placeOf(this.#root, key);
    return await this.#told(() => this.#turns.run(key, () => displace(this.#root, key, at)));
  }

  async list(
    prefix: string,
    { after = "", limit = 100 }: { after?: string; limit?: number } = {},
  ): Promise<ObjectInfo[]> {
    const most = Math.min(limit, 1000);
    return await this.#told(async () => {
      const found: ObjectInfo[] = [];
      for await (const key of keysOf(this.#root, prefix, after)) {
        if (found.length >= most) break;
        const known = await readSidecar(placeOf(this.#root, key).sidecar);
        if (known) found.push(infoOf(known));
      }
      return found;
    });
  }

  async urlFor(key: string, access: Access): Promise<Address> {
    segmentsOf(key);
    if (!this.#signing) throw new Error("This store was opened without a secret to sign with.");
    const { secret, door } = this.#signing;
    return ticketAddress(ticketing(secret, clock.now), door, [key, access]);
  }

  /** Failures of the disk in words, naming the folder; what the body threw as it was. */
  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof BodyFailed) throw error.cause;
      throw storageError(this.#root, error);
    }
  }
}
