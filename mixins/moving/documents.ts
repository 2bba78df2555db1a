/**
 * The part of the documents' mixin that moves them: what an actor does when the house is backed up
 * or restored. No door opens it.
 */
import type { ActionSchema, Context } from "moleculer";
import type { z } from "zod";
import type { Action } from "../../services/shared/contract.ts";
import { check, isProblem, ParamsInvalid } from "../../services/shared/problem.ts";
import type { Collection, Stored } from "../documents/collection.ts";
import { Duplicate } from "../documents/failures.ts";
import type { Store } from "../documents/store.ts";
import type { ObjectStore } from "../objects/port.ts";
import { contentOf } from "./canonical.ts";
import * as contracts from "./contracts.ts";
import { documentsIn, hashing, packed } from "./lines.ts";

interface Self {
  store: Store<Stored>;
}
type Part = z.output<typeof contracts.Part>;
type Taken = z.output<typeof contracts.Taken>;

/** Opened when it is needed: most actors never move. */
const open = async (): Promise<ObjectStore> => (await import("../../config/objects.ts")).objects;
const examples = 20;

function serve<P extends z.ZodType, R extends z.ZodType>(
  of: (actor: string) => Action<P, R>,
  handler: (store: Store<Stored>, params: z.output<P>) => Promise<z.input<R>>,
): Record<string, ActionSchema> {
  const { name, params } = of("any");
  const schema = {
    visibility: "public",
    handler(this: Self, ctx: Context) {
      return handler(this.store, check(name, params, ctx.params, ParamsInvalid));
    },
  };
  return { [name.slice(name.indexOf(".") + 1)]: schema as unknown as ActionSchema };
}

/** Puts documents in; where one is in the way of all, one by one. */
async function take(store: Store<Stored>, docs: Stored[], taken: Taken): Promise<void> {
  try {
    await store.adopt(docs.map((doc) => ({ ...doc })));
    taken.inserted += docs.length;
  } catch (error) {
    if (!isProblem(error, Duplicate)) throw error;
    const [only, ...others] = docs;
    if (only && others.length === 0) {
      taken.refused++;
      if (taken.examples.length < examples) taken.examples.push(`${only.id}: ${String(error)}`);
      return;
    }
    for (const doc of docs) await take(store, [doc], taken);
  }
}

async function takeAll(store: Store<Stored>, part: Part): Promise<Taken> {
  const taken: Taken = { inserted: 0, kept: 0, refused: 0, examples: [] };
  for await (const docs of documentsIn(await open(), part)) {
    const known = new Set((await store.many(docs.map(({ id }) => id))).map(({ id }) => id));
    taken.kept += known.size;
    const fresh = docs.filter(({ id }) => !known.has(id));
    if (fresh.length > 0) await take(store, fresh, taken);
  }
  return taken;
}

async function compare(store: Store<Stored>, part: Part) {
  const counts = { same: 0, different: 0, missing: 0 };
  const hash = hashing();
  for await (const docs of documentsIn(await open(), part)) {
    const found = await store.many(docs.map(({ id }) => id));
    const there = new Map(found.map((doc) => [doc.id, doc]));
    for (const doc of docs) {
      const own = there.get(doc.id);
      if (own) hash.add(own);
      if (!own) counts.missing++;
      else if (contentOf(own) === contentOf(doc)) counts.same++;
      else counts.different++;
    }
  }
  return { ...counts, content: hash.result().content };
}

/** The actions for an actor with this collection; none where it stays. */
export function movingActions<D extends Stored>({ name, stays }: Collection<D>) {
  if (stays) return {};
  return {
    ...serve(contracts.documentsOut, async (store, { object }) => {
      const hash = hashing();
      const body = packed(store.each({}, 100), hash.add);
      const { size, sha256 } = await (await open()).put(object, body, {
        contentType: "application/gzip",
      });
      return { collection: name, ...hash.result(), size, sha256 };
    }),
    ...serve(contracts.documentsIn, (store, { part }) => takeAll(store, part)),
    ...serve(contracts.documentsCompare, (store, { part }) => compare(store, part)),
    ...serve(contracts.documentsEmpty, async (store) => ({
      collection: name,
      empty: (await store.find({ limit: 1 })).items.length === 0,
    })),
  };
}
