/** A page of a collection in Redis: by an index that selects few, or along one that sorts. */
import type { Collection, Stored } from "../collection.ts";
import type { EnginePage } from "../engine.ts";
import { uniqueFields, uniqueKey } from "../uniques.ts";
import { bounds, idOf, matches, memberOf } from "./entries.ts";
import type { Shelf } from "./shelf.ts";

/** Up to so many candidates are sorted here. */
const fewEnough = 2_000;
const atOnce = 200;

type Wanted = Exclude<EnginePage["where"][string], undefined>;

export class Pages<D extends Stored> {
  readonly #of: Collection<D>;
  readonly #shelf: Shelf<D>;

  constructor(of: Collection<D>, shelf: Shelf<D>) {
    [this.#of, this.#shelf] = [of, shelf];
  }

  async page(query: EnginePage): Promise<D[]> {
    const { field } = query.sort;
    if (field !== "id" && !this.#of.indexes[field]?.sorts) {
      throw new Error(`No index sorts by ${field}.`);
    }
    const selected = await this.#select(query);
    return selected ? this.#sorted(await this.#shelf.byIds(selected), query) : this.#walk(query);
  }

  /** The ids of the index that leaves the fewest, if these are few enough. */
  async #select({ where }: EnginePage): Promise<string[] | undefined> {
    let best: { count: number; ids: () => Promise<string[]> } | undefined;
    for (const [field, wanted] of Object.entries(where)) {
      const found = wanted === undefined ? undefined : await this.#candidates(field, wanted);
      if (found && found.count <= (best?.count ?? fewEnough)) best = found;
    }
    return best?.ids();
  }

  async #candidates(field: string, wanted: Wanted) {
    const { client, prefix } = this.#shelf;
    const isRange = typeof wanted === "object" && !("in" in wanted);
    const index = this.#of.indexes[field];
    if (isRange) {
      if (!index?.sorts || Object.values(wanted).every((bound) => bound === undefined)) return;
      const [key, { min, max }] = [`${prefix}s:${field}`, bounds(wanted)];
      const ids = async () => (await client.zrangebylex(key, min, max)).map(idOf);
      return { count: await client.zlexcount(key, min, max), ids };
    }
    const values = typeof wanted === "object" ? wanted.in : [wanted];
    const keys = [...new Set(values)].map((value) => uniqueKey(field, value));
    if (field === "id") return { count: values.length, ids: async () => values.map(String) };
    if (keys.length === 0) return { count: 0, ids: async () => [] };
    if (uniqueFields(this.#of).includes(field)) {
      const ids = async () => (await client.hmget(`${prefix}u`, ...keys)).flatMap((id) => id ?? []);
      return { count: keys.length, ids: async () => [...new Set(await ids())] };
    }
    if (!index) return;
    const sets = keys.map((key) => `${prefix}e:${key}`);
    const sizes = await Promise.all(sets.map((set) => client.scard(set)));
    return { count: sizes.reduce((a, b) => a + b, 0), ids: () => client.sunion(...sets) };
  }

  #sorted(docs: D[], { where, sort, limit, after }: EnginePage): D[] {
    const { field, descending } = sort;
    const sign = descending ? -1 : 1;
    const member = (doc: D) => Buffer.from(memberOf(field, placeOf(doc, field)));
    const start = after && Buffer.from(memberOf(field, after));
    return docs
      .filter((doc) => matches(doc, where))
      .map((doc) => ({ doc, at: member(doc) }))
      .filter(({ at }) => !start || sign * Buffer.compare(at, start) > 0)
      .sort((a, b) => sign * Buffer.compare(a.at, b.at))
      .slice(0, limit)
      .map(({ doc }) => doc);
  }

  async #walk({ where, sort, limit, after }: EnginePage): Promise<D[]> {
    const { field, descending } = sort;
    const { client, prefix } = this.#shelf;
    const key = `${prefix}s:${field}`;
    const found: D[] = [];
    const most = Object.keys(where).length > 0 ? Math.max(limit, atOnce) : limit;
    for (let place = after && memberOf(field, after); ; ) {
      const from = place === undefined ? undefined : `(${place}`;
      const members = descending
        ? await client.zrevrangebylex(key, from ?? "+", "-", "LIMIT", 0, most)
        : await client.zrangebylex(key, from ?? "-", "+", "LIMIT", 0, most);
      const docs = await this.#shelf.byIds(members.map(idOf));
      // Whoever was changed meanwhile stands elsewhere now.
      const here = new Set(members);
      for (const doc of docs) {
        if (here.has(memberOf(field, placeOf(doc, field))) && matches(doc, where)) found.push(doc);
      }
      place = members.at(-1);
      if (found.length >= limit || members.length < most) return found.slice(0, limit);
    }
  }
}

const placeOf = (doc: Stored, field: string) => ({
  value: (doc as unknown as Record<string, string | undefined>)[field],
  id: doc.id,
});
