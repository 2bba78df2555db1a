/**
 * A small house for the tests of imports: the real actor with its thread, a folder of its own, and
 * films kept in memory by the real rules.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import type { z } from "zod";
import type { Collection, Stored } from "../../mixins/documents/collection.ts";
import { WriteFailed } from "../../mixins/documents/failures.ts";
import { NedbEngine } from "../../mixins/documents/nedb.ts";
import { Store } from "../../mixins/documents/store.ts";
import { ObjectStoreError } from "../../mixins/objects/errors.ts";
import { type ObjectsSettings, openObjects } from "../../mixins/objects/open.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { absorb, cards } from "../../services/catalog/absorb.contract.ts";
import { Desk, type Kept } from "../../services/catalog/desk.ts";
import { untold } from "../../services/catalog/films.contract.ts";
import { cardOf } from "../../services/catalog/matching.contract.ts";
import { stats } from "../../services/catalog/search.contract.ts";
import type { Import } from "../../services/imports/import.contract.ts";
import * as imports from "../../services/imports/imports.contract.ts";
import { importsCollection } from "../../services/imports/imports.store.ts";
import { newId } from "../../services/shared/ids.ts";
import { call, checkResults, wiring } from "../../services/shared/wire.ts";

// The actor's own composition is not what is tested, but it is loaded: keep it away from here.
process.env.DATA_DIR = join(tmpdir(), "bijou-imports-unused");
const { importsService } = await import("../../services/imports/imports.service.ts");
checkResults(true);

const { serve } = wiring();

/** Films in memory. */
export class Films {
  kept = new Map<string, Kept>();
  #byKey = new Map<string, Set<string>>();
  batches = 0;
  /** Runs before each batch; throws to fail it. */
  beforeBatch: (batch: number) => Promise<void> | void = () => {};
  /** Runs when a batch is kept, but before it is acknowledged. */
  afterBatch: (batch: number) => Promise<void> | void = () => {};
  lag = 0;

  #sharing(keys: readonly string[]): Kept[] {
    const ids = new Set(keys.flatMap((key) => [...(this.#byKey.get(key) ?? [])]));
    return [...ids].sort().flatMap((id) => this.kept.get(id) ?? []);
  }

  #keep(film: Kept): void {
    this.kept.set(film.id, { ...film, version: film.version + 1 });
    for (const key of film.match) {
      this.#byKey.set(key, (this.#byKey.get(key) ?? new Set()).add(film.id));
    }
  }

  actors(): ServiceSchema[] {
    const films = {
      name: "films",
      actions: {
        ...serve(absorb, async ({ params }) => {
          await this.beforeBatch(++this.batches);
          const keys = params.rows.flatMap(({ film, from }) => cardOf("", film, [from]).keys);
          const desk = new Desk(this.#sharing(keys), newId);
          const hand = { by: "test", time: new Date().toISOString() };
          const results = params.rows.map((row) => desk.take(row, params, hand));
          for (const film of desk.fresh()) this.#keep({ ...film, version: 0 });
          for (const film of desk.mended()) this.#keep(film);
          await this.afterBatch(this.batches);
          return results;
        }),
        ...serve(cards, ({ params }) =>
          this.#sharing(params.keys).map((film) =>
            cardOf(
              film.id,
              film,
              film.rows.map(({ source, key, hash }) => ({ source, key, hash })),
            ),
          ),
        ),
        ...serve(untold, () => ({ count: 0 })),
      },
    };
    const search = {
      name: "search",
      actions: serve(stats, () => ({ documents: 0, bytes: 0, rebuilding: false, lag: this.lag })),
    };
    return [films, search] as unknown as ServiceSchema[];
  }

  /** Everything that an import decides, without ids and times. */
  content(): string[] {
    return [...this.kept.values()]
      .map(({ id: _, history: __, version: ___, rows, ...film }) =>
        JSON.stringify({ ...film, rows: rows.map(({ run: ____, ...row }) => row) }),
      )
      .sort();
  }

  film(title: string): Kept {
    const found = [...this.kept.values()].find(({ titles }) =>
      Object.values(titles).includes(title),
    );
    if (!found) throw new Error(`There is no film ${title}.`);
    return found;
  }
}

/** A disk that can be full: then neither documents nor objects are written. */
interface Disk {
  isFull: boolean;
  /** How the next change of a document is refused, once. */
  refusal?: Error | undefined;
}
const fullDisk = "ENOSPC: no space left on device, write";

/** The documents' mixin over a file in a folder. */
function documentsIn<D extends Stored>(
  of: Collection<D>,
  folder: string,
  disk: Disk,
): Partial<ServiceSchema> {
  const engine = new NedbEngine(of, join(folder, `${of.name}.db`), () => {});
  const [insert, replace] = [engine.insert.bind(engine), engine.replace.bind(engine)];
  const refuse = () => {
    if (disk.isFull) throw WriteFailed({ reason: fullDisk });
  };
  engine.insert = async (docs) => {
    refuse();
    return insert(docs);
  };
  engine.replace = async (doc, version) => {
    const { refusal } = disk;
    disk.refusal = undefined;
    if (refusal) throw refusal;
    refuse();
    return replace(doc, version);
  };
  return {
    async started(this: { store: Store<D> }) {
      await engine.open();
      this.store = new Store(of, engine);
    },
    stopped: () => engine.close(),
  } as unknown as Partial<ServiceSchema>;
}

export interface House {
  folder: string;
  films: Films;
  objects: ObjectStore;
  broker: ServiceBroker;
  disk: Disk;
  close(): Promise<void>;
}

const folders: string[] = [];
const open = new Set<ServiceBroker>();

/** Opens a house; in the folder and with the films of another one that was closed, where given. */
export async function openHouse(
  before?: Pick<House, "folder" | "films">,
  {
    withoutSearch = false,
    refusal,
    ...settings
  }: {
    ca?: string;
    privateHosts?: string[];
    batchRows?: number;
    indexPatienceMs?: number;
    withoutSearch?: boolean;
    objectsSettings?: ObjectsSettings;
    refusal?: Error;
  } = {},
): Promise<House> {
  const folder = before?.folder ?? (await mkdtemp(join(tmpdir(), "bijou-imports-")));
  if (!before) folders.push(folder);
  const films = before?.films ?? new Films();
  const own: ObjectsSettings = { engine: "directory", root: join(folder, "objects") };
  const objectsSettings = settings.objectsSettings ?? own;
  const disk: Disk = { isFull: false, refusal };
  const objects = await openObjects(objectsSettings);
  const put = objects.put.bind(objects);
  objects.put = async (...asked) => {
    if (disk.isFull) throw new ObjectStoreError("STORAGE_FULL", `The disk is full: ${fullDisk}`);
    return put(...asked);
  };
  const broker = new ServiceBroker({ nodeID: randomUUID(), logger: false, validator: false });
  for (const actor of films.actors()) {
    if (actor.name !== "search" || !withoutSearch) broker.createService(actor);
  }
  broker.createService(
    importsService({
      documents: documentsIn(importsCollection, folder, disk),
      objects,
      objectsSettings,
      folder: join(folder, "work"),
      batchRows: 500,
      indexPatienceMs: 5_000,
      uploadDays: 7,
      ...settings,
    }),
  );
  await broker.start();
  open.add(broker);
  const close = async () => {
    open.delete(broker);
    await broker.stop();
  };
  return { folder, films, objects, broker, disk, close };
}

export async function closeHouses(): Promise<void> {
  for (const broker of open) await broker.stop();
  open.clear();
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
}

type Asked = z.input<typeof imports.start.params>;
export type Content = string | Buffer | Iterable<Buffer>;

/** Spools files as a door does. */
export async function spool(house: House, files: Record<string, Content>) {
  const spooled: { name: string; object: string }[] = [];
  for (const [name, content] of Object.entries(files)) {
    const object = `uploads/${randomUUID()}`;
    const bytes =
      typeof content === "string" || Buffer.isBuffer(content) ? [Buffer.from(content)] : content;
    await house.objects.put(object, Readable.from(bytes));
    spooled.push({ name, object });
  }
  return spooled;
}

export const start = async (
  house: House,
  source: Asked["source"],
  files: Record<string, Content>,
  options: Asked["options"] = {},
): Promise<Import> =>
  call(house.broker, imports.start, { source, files: await spool(house, files), options });

/** Resolves when an import has come to its end. */
export async function ended(house: House, { id }: { id: string }): Promise<Import> {
  for (;;) {
    const doc = await call(house.broker, imports.get, { id });
    if (doc.endedAt !== null) return doc;
    await wait(20);
  }
}

/** Runs an import to its end. */
export const run = async (...asked: Parameters<typeof start>): Promise<Import> =>
  ended(asked[0], await start(...asked));

/** The rows of the reject file. */
export async function rejectsOf(
  { broker, objects }: House,
  { id }: { id: string },
): Promise<{ file: string; line: number; reason: string; row: unknown }[]> {
  const { object } = await call(broker, imports.rejects, { id });
  const { stream } = await objects.get(object);
  const text = Buffer.concat(await stream.toArray()).toString();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** What counts in a report. */
export const counts = ({ rows, loaded, merged, unchanged, rejected }: Import) => ({
  rows,
  loaded,
  merged,
  unchanged,
  rejected,
});

/** Rows as the wikipedia source has them. */
export const filmLine = (number: number, more: object = {}): string =>
  JSON.stringify({
    title: `Film ${number}`,
    year: 1950 + (number % 50),
    cast: [`Actor ${number}`],
    genres: ["Drama"],
    href: `Film_${number}`,
    extract: `Film ${number} is a film about the number ${number}.`,
    ...more,
  });

export const filmLines = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, index) => `${filmLine(from + index)}\n`).join("");

export const gzip = (text: string): Buffer => gzipSync(text);
