/** Before a restore: is the archive whole, and may this house take it in? Nothing is changed here. */
import type * as archive from "../../mixins/moving/archive.ts";
import * as reading from "../../mixins/moving/reading.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import type { Crew } from "./crew.adapter.ts";
import type { Move } from "./move.contract.ts";

export interface ExamineUse {
  readonly crew: Crew;
  readonly objects: ObjectStore;
  /** Where the archive lies. */
  readonly upload: string;
  readonly merge: boolean;
  /** Told how far it is. */
  readonly report: (change: Partial<Move>) => Promise<void>;
}

export type Collection = archive.Member & { kind: "collection" };

/** What is in an archive, and who takes it. */
export interface Examined {
  readonly head: archive.Head;
  readonly collections: readonly Collection[];
  /** By collection. */
  readonly owners: ReadonlyMap<string, { actor: string; empty: boolean }>;
  readonly objects: Move["objects"];
}

export const shownOf = ({ collection, documents, content }: Collection) => ({
  ...{ collection, documents, content },
});

const unchanged = "Nothing was changed.";

/** @throws ArchiveRefused */
export async function examine(use: ExamineUse): Promise<Examined> {
  const { objects: store, upload, report } = use;
  const head = await reading.readHead(store, upload);
  await report({ stage: "check", done: 0, total: head.size, size: head.size });
  const collections: Collection[] = [];
  const objects = { count: 0, bytes: 0, kept: 0 };
  await reading.verify(store, upload, head, async (member, done) => {
    if (member.kind === "collection") collections.push(member);
    else {
      objects.count++;
      objects.bytes += member.size;
    }
    await report({ done, objects, collections: collections.map(shownOf) });
  });
  return { head, collections, objects, owners: await ownersOf(use, collections) };
}

/** Who takes the collections. @throws ArchiveRefused where nobody does, or may */
async function ownersOf({ crew, merge }: ExamineUse, collections: readonly Collection[]) {
  const owners = await crew.collections();
  const homeless = collections.filter(({ collection }) => !owners.has(collection));
  if (homeless.length > 0) {
    const names = homeless.map(({ collection }) => collection).join(", ");
    const text = `Nobody here takes ${names}: start their actors, then restore again.`;
    throw new reading.ArchiveRefused(`${text} ${unchanged}`);
  }
  const full = [...owners].filter(([, { empty }]) => !empty).map(([name]) => name);
  if (full.length === 0 || merge) return owners;
  const text = `This house is not empty: it has ${full.join(", ")}. Restore into an empty one, or add `;
  throw new reading.ArchiveRefused(`${text}what is not there yet with --merge. ${unchanged}`);
}
