/**
 * Makes the archive of the house: the actors write their documents into the objects' store, and a
 * plan says how these and all objects become one file when that is sent. So objects are read once,
 * and lie nowhere twice. The house goes on meanwhile: each document is as it was at some moment of
 * the backup, and what is made after its collection was read is not in it.
 */
import type { z } from "zod";
import { anchorsNow } from "../../mixins/anchors/carrying.ts";
import { linesOf } from "../../mixins/lines.ts";
import * as archive from "../../mixins/moving/archive.ts";
import type { Written } from "../../mixins/moving/contracts.ts";
import { blockBytes, spanOf } from "../../mixins/moving/tar.ts";
import { type Piece, pieceLine } from "../../mixins/objects/plan.ts";
import type { ObjectInfo, ObjectStore } from "../../mixins/objects/port.ts";
import type { Crew } from "./crew.adapter.ts";
import type { Move } from "./move.contract.ts";

export interface BackupUse {
  readonly crew: Crew;
  readonly objects: ObjectStore;
  /** A folder of its own among the objects; what is in folders like it is in no archive. */
  readonly folder: string;
  readonly time: string;
  readonly seal: string;
  /** Told how far it is; rejects where it is to end. */
  readonly report: (change: Partial<Move>) => Promise<void>;
}

type OfActor = z.output<typeof Written> & { actor: string };

export const foldersOfMoves = "moves/";
const ndjson = { contentType: "application/x-ndjson" };

/** All objects but those of moves, in the order of their keys. */
export async function* allObjects(objects: ObjectStore): AsyncGenerator<ObjectInfo> {
  for (let after = ""; ; ) {
    const page = await objects.list("", { after, limit: 500 });
    yield* page.filter(({ key }) => !key.startsWith(foldersOfMoves));
    const last = page.at(-1);
    if (!last) return;
    after = last.key;
  }
}

export class Backup {
  readonly #use: BackupUse;
  readonly #count = { count: 0, bytes: 0, kept: 0 };
  /** Bytes that the members of the index span, and of the list of checksums. */
  #members = 0;
  #checksums = 0;

  constructor(use: BackupUse) {
    this.#use = use;
  }

  /** @returns the key of the plan, and the size of the file */
  async make(): Promise<{ plan: string; size: number }> {
    const belongs = await anchorsNow(this.#use.objects);
    const written = await this.#documents();
    const { objects, folder, time, seal, report } = this.#use;
    await report({ stage: "objects", done: 0, total: 0 });
    const index = await objects.put(`${folder}/index`, this.#index(written, belongs), ndjson);
    await report({ objects: this.#count });
    this.#checksums += archive.checksumLine(index.sha256, "index.ndjson").length;
    const size = archive.sizeOf(index, this.#members, this.#checksums);
    const about = { size: index.size, sha256: index.sha256 };
    const format = archive.archiveFormat;
    const head = archive.headMember({ house: "bijou", format, time, seal, size, index: about });
    const plan = `${folder}/plan`;
    await objects.put(plan, this.#plan(head, index), ndjson);
    return { plan, size };
  }

  async #documents(): Promise<OfActor[]> {
    const { crew, folder, report } = this.#use;
    const actors = crew.actors();
    const written: OfActor[] = [];
    const tell = () =>
      report({
        ...{ stage: "documents", done: written.length, total: actors.length },
        collections: written.map(({ collection, documents, content }) => ({
          ...{ collection, documents, content },
        })),
      });
    for (const actor of actors) {
      await tell();
      written.push({ ...(await crew.out(actor, `${folder}/${actor}`)), actor });
    }
    await tell();
    return written;
  }

  /** Counts the members on their way. */
  #line(member: archive.Member): Buffer {
    this.#members += spanOf(member.size);
    this.#checksums += archive.checksumLine(member.sha256, member.path).length;
    return Buffer.from(`${JSON.stringify(member)}\n`);
  }

  /** Where the bytes of the next member begin: behind its header. */
  get #at(): number {
    return this.#members + blockBytes;
  }

  async *#index(written: readonly OfActor[], belongs: (key: string) => boolean) {
    for (const { actor, collection, documents, content, size, sha256 } of written) {
      const path = `documents/${collection}.ndjson.gz`;
      const about = { actor, collection, documents, content };
      yield this.#line({ kind: "collection", path, at: this.#at, size, sha256, ...about });
    }
    for await (const { key, size, sha256, contentType } of allObjects(this.#use.objects)) {
      if (!belongs(key)) continue;
      const path = `objects/${++this.#count.count}`;
      this.#count.bytes += size;
      yield this.#line({ kind: "object", path, at: this.#at, size, sha256, key, contentType });
    }
  }

  async *#listed(index: string): AsyncGenerator<archive.Member> {
    const { stream } = await this.#use.objects.get(index);
    for await (const line of linesOf(stream)) yield archive.Member.parse(JSON.parse(line));
  }

  async *#plan(head: Buffer, index: ObjectInfo): AsyncGenerator<Buffer> {
    const { folder, time } = this.#use;
    const seconds = Math.floor(Date.parse(time) / 1_000);
    const bytes = (some: Buffer) => pieceLine({ bytes: some.toString("base64") });
    const whole = (path: string, size: number, piece: Piece) => {
      const [before, behind] = archive.around(path, size, seconds);
      return Buffer.concat([bytes(before), pieceLine(piece), bytes(behind)]);
    };
    const { key, size, sha256 } = index;
    yield bytes(head);
    yield whole("index.ndjson", size, { object: key, sha256 });
    for await (const member of this.#listed(key)) {
      const object = member.kind === "object" ? member.key : `${folder}/${member.actor}`;
      yield whole(member.path, member.size, { object, sha256: member.sha256 });
    }
    const [before, behind] = archive.around("checksums.sha256", this.#checksums, seconds);
    yield bytes(before);
    yield bytes(Buffer.from(archive.checksumLine(sha256, "index.ndjson")));
    for await (const member of this.#listed(key)) {
      yield bytes(Buffer.from(archive.checksumLine(member.sha256, member.path)));
    }
    yield bytes(behind);
    yield bytes(archive.archiveEnd);
  }
}
