/**
 * Documents in a Redis that keeps what it is given: each write is one script, so that all of it is
 * there or nothing. A collection is on one node of a cluster.
 */
import type { Client } from "../../redis/client.ts";
import type { Collection, Stored } from "../collection.ts";
import type { Engine, EnginePage } from "../engine.ts";
import { Duplicate } from "../failures.ts";
import { untilThere } from "../patience.ts";
import { uniqueFields, uniquesOf, unkeyed } from "../uniques.ts";
import { type Run, watched } from "../watched.ts";
import { shapeOf } from "./entries.ts";
import { asProblem, isAway } from "./failures.ts";
import { Pages } from "./page.ts";
import { type Scripts, scriptsOf } from "./scripts.ts";
import { Shelf } from "./shelf.ts";

export interface RedisSettings {
  client: Client;
  /** What tells the keys of this house from those of others. */
  house: string;
  /** Resolves when the server is there and keeps what it is given. @throws NotDurable */
  ready(): Promise<void>;
  /** What takes longer is warned of, milliseconds. */
  slowMs: number;
  warn(text: string): void;
}

const atOnce = 200;

export class RedisEngine<D extends Stored> implements Engine<D> {
  readonly #of: Collection<D>;
  readonly #run: Run;
  readonly #settings: RedisSettings;
  readonly #shelf: Shelf<D>;
  readonly #pages: Pages<D>;
  readonly #scripts: Scripts;
  #isOpening = false;

  constructor(of: Collection<D>, settings: RedisSettings) {
    [this.#of, this.#settings] = [of, settings];
    this.#run = watched({ ...settings, name: of.name, asProblem });
    this.#shelf = new Shelf(of, settings.client, settings.house);
    this.#pages = new Pages(of, this.#shelf);
    this.#scripts = scriptsOf(settings.client);
  }

  /** Waits for a server that is away. @throws what waiting does not mend */
  async open(): Promise<void> {
    this.#isOpening = true;
    const opened = async () => {
      await this.#settings.ready();
      await this.#reindex();
    };
    await untilThere(opened, {
      isAway: (error) => this.#isOpening && isAway(error),
      told: (text) => this.#settings.warn(`${this.#of.name}: Redis is away: ${text}`),
    });
  }

  /** The connection is the process's, not the engine's. */
  async close(): Promise<void> {
    this.#isOpening = false;
  }

  byIds(ids: readonly string[]): Promise<D[]> {
    return this.#run("byIds", () => this.#shelf.byIds([...new Set(ids)]));
  }

  page(query: EnginePage): Promise<D[]> {
    const asked = `page of ${Object.keys(query.where).join()} by ${query.sort.field}`;
    return this.#run(asked, () => this.#pages.page(query));
  }

  insert(docs: readonly D[]): Promise<void> {
    return this.#run(`insert of ${docs.length}`, async () => {
      if (docs.length === 0) return;
      this.#mustDiffer(docs);
      await this.#write(docs.flatMap((doc) => this.#shelf.argsOf(doc, undefined)));
    });
  }

  replace(doc: D, version: number): Promise<boolean> {
    return this.#run("replace", () => this.#write(this.#shelf.argsOf(doc, version)));
  }

  remove(id: string, version: number): Promise<boolean> {
    return this.#run("remove", () => this.#write([id, String(version), "", "", "", ""]));
  }

  pending(before: string, limit: number): Promise<D[]> {
    return this.#run("pending", async () => {
      const { client, prefix } = this.#shelf;
      const until = Date.parse(before);
      const ids = await client.zrangebyscore(`${prefix}p`, "-inf", until, "LIMIT", 0, limit);
      const docs = await this.#shelf.byIds(ids);
      return docs.filter((doc) => doc.outbox?.some(({ message }) => message.time <= before));
    });
  }

  clear(sent: ReadonlyMap<string, readonly string[]>): Promise<void> {
    return this.#run("clear", async () => {
      const args = [...sent].flatMap(([id, messages]) => [id, JSON.stringify(messages)]);
      if (args.length > 0) await this.#scripts.clear(this.#shelf.prefix, args);
    });
  }

  /** @returns false when a version was not there. @throws Duplicate */
  async #write(args: readonly string[]): Promise<boolean> {
    const [outcome, of = ""] = await this.#scripts.write(this.#shelf.prefix, args);
    if (outcome === "done") return true;
    if (outcome === "version") return false;
    const taken = outcome === "taken" ? unkeyed(of) : { field: "id", value: of };
    throw Duplicate({ collection: this.#of.name, ...taken });
  }

  #mustDiffer(docs: readonly D[]): void {
    const seen = new Set<string>();
    for (const doc of docs) {
      for (const key of uniquesOf(doc, ["id", ...uniqueFields(this.#of)])) {
        if (seen.has(key)) throw Duplicate({ collection: this.#of.name, ...unkeyed(key) });
        seen.add(key);
      }
    }
  }

  /** Writes the indexes anew where a store declares others than before; what changes meanwhile, again. */
  async #reindex(): Promise<void> {
    const { client, prefix } = this.#shelf;
    const shape = shapeOf(this.#of);
    if ((await client.get(`${prefix}shape`)) === shape) return;
    for (let from = "-"; ; ) {
      const ids = await client.zrangebylex(`${prefix}s:id`, from, "+", "LIMIT", 0, atOnce);
      const last = ids.at(-1);
      if (last === undefined) break;
      let left = ids;
      while (left.length > 0) {
        const again: string[] = [];
        for (const doc of await this.#shelf.byIds(left)) {
          if (!(await this.#write(this.#shelf.argsOf(doc, doc.version)))) again.push(doc.id);
        }
        left = again;
      }
      from = `(${last}`;
    }
    await client.set(`${prefix}shape`, shape);
  }
}
