/**
 * Takes an archive in. Nothing is changed before all of it was read and found whole, and the house
 * was found empty (or is to be merged into). Then each actor takes its documents as they are, the
 * objects are put, and all of it is read again and compared.
 */
import type { ServiceBroker } from "moleculer";
import * as archive from "../../mixins/moving/archive.ts";
import * as reading from "../../mixins/moving/reading.ts";
import { ObjectNotFound } from "../../mixins/objects/errors.ts";
import { rebuild } from "../catalog/search.contract.ts";
import { call } from "../shared/wire.ts";
import {
  type Collection,
  type Examined,
  type ExamineUse,
  examine,
  shownOf,
} from "./examine.adapter.ts";
import type { Move } from "./move.contract.ts";

export interface RestoreUse extends ExamineUse {
  readonly broker: ServiceBroker;
  readonly seal: string;
}
type Shown = Move["collections"][number];

/** It is compared, and something is not as it was. */
export class NotTheSame extends Error {}

const indexMs = 600_000;

export class Restore {
  readonly #use: RestoreUse;
  readonly #head: archive.Head;
  readonly #collections: readonly Collection[];
  readonly #owners: Examined["owners"];
  readonly #shown: Map<string, Shown>;
  readonly #objects: Move["objects"];

  private constructor(use: RestoreUse, { head, collections, owners, objects }: Examined) {
    this.#use = use;
    this.#head = head;
    this.#collections = collections;
    this.#owners = owners;
    this.#objects = objects;
    this.#shown = new Map(collections.map((one) => [one.collection, shownOf(one)]));
  }

  /** @throws ArchiveRefused before anything is changed; NotTheSame, and what the actors throw */
  static async run(use: RestoreUse): Promise<void> {
    const restore = new Restore(use, await examine(use));
    await restore.#load();
    await restore.#putObjects();
    await restore.#compare();
    await restore.#index();
  }

  async #load(): Promise<void> {
    const total = this.#collections.reduce((sum, { documents }) => sum + documents, 0);
    let done = 0;
    for (const one of this.#collections) {
      await this.#use.report({ stage: "load", done, total, objects: this.#objects });
      const taken = await this.#use.crew.in(this.#ownerOf(one), this.#part(one));
      this.#show(one, taken);
      done += one.documents;
    }
    await this.#use.report({ done, collections: [...this.#shown.values()] });
  }

  async #putObjects(): Promise<void> {
    const { objects, upload, report } = this.#use;
    const { count: total } = this.#objects;
    await report({ stage: "objects", done: 0, total });
    let done = 0;
    for await (const member of reading.membersOf(objects, upload, this.#head)) {
      if (member.kind !== "object") continue;
      const { key, contentType, sha256 } = member;
      const there = await objects.head(key).catch((error: unknown) => {
        if (error instanceof ObjectNotFound) return undefined;
        throw error;
      });
      if (there) this.#objects.kept++;
      else {
        const bytes = await reading.partOf(objects, upload, archive.rangeIn(this.#head, member));
        const put = await objects.put(key, bytes, { contentType });
        if (put.sha256 !== sha256) throw new NotTheSame(`The object ${key} is not as it was.`);
      }
      await report({ done: ++done, objects: this.#objects });
    }
  }

  async #compare(): Promise<void> {
    let done = 0;
    const total = this.#collections.length;
    for (const one of this.#collections) {
      await this.#use.report({ stage: "compare", done, total });
      const found = await this.#use.crew.compare(this.#ownerOf(one), this.#part(one));
      this.#show(one, { same: found.same, restored: found.content });
      done++;
    }
    const collections = [...this.#shown.values()];
    await this.#use.report({ done, collections });
    // Merged, a house may have its own of what the archive has.
    if (this.#use.merge) return;
    const others = collections.filter(({ content, restored }) => content !== restored);
    if (others.length === 0) return;
    const names = others.map(({ collection }) => collection).join(", ");
    throw new NotTheSame(
      `What is there is not what was in the archive: ${names}. Was the house used meanwhile? ` +
        "Look with --merge, or empty it and restore again.",
    );
  }

  /** The index of films is a copy: it is made anew. */
  async #index(): Promise<void> {
    const { report, broker, seal } = this.#use;
    await report({ stage: "index", done: 0, total: 1 });
    const notes = ["Restart the nodes, so that schedules and caches are of what is there now."];
    await call(broker, rebuild, {}, { timeout: indexMs }).catch(() => {
      notes.push("The search index could not be made anew: bijou call search.rebuild");
    });
    if (this.#head.seal !== seal) {
      notes.push(
        "Secrets are not in an archive. Set the old house's HOUSE_SECRET, or if it had none copy its " +
          "DATA_DIR/secrets/accounts, refresh and audit to every node; then restart. Without them " +
          "everybody signs in again, second factors do not work but by their backup codes, and " +
          "`bijou audit verify` cannot tell whether the old house's anchors are its own.",
      );
    }
    await report({ stage: "end", done: 1, notes });
  }

  #show({ collection }: Collection, more: Partial<Shown>): void {
    const before = this.#shown.get(collection);
    if (before) this.#shown.set(collection, { ...before, ...more });
  }

  #ownerOf({ collection, actor }: Collection): string {
    return this.#owners.get(collection)?.actor ?? actor;
  }

  #part(member: Collection) {
    return { object: this.#use.upload, ...archive.rangeIn(this.#head, member) };
  }
}
