/** Documents of a collection as Redis keeps them: a hash each, its outbox beside it. */
import type { Client } from "../../redis/client.ts";
import type { Collection, Outgoing, Stored } from "../collection.ts";
import { checkNames } from "../names.ts";
import { entriesOf } from "./entries.ts";
import { outboxField } from "./scripts.ts";

type Kept = Record<string, string>;

function docOf<D extends Stored>({ d, ...kept }: Kept): D {
  const doc = JSON.parse(d ?? "") as D;
  const fields = Object.keys(kept).filter((field) => field.startsWith("o:"));
  if (fields.length === 0) return doc;
  const outbox = fields.toSorted().map((field) => JSON.parse(kept[field] ?? "") as Outgoing);
  return { ...doc, outbox };
}

export class Shelf<D extends Stored> {
  readonly client: Client;
  /** What all keys of the collection begin with; in braces what a cluster distributes by. */
  readonly prefix: string;
  readonly #of: Collection<D>;

  constructor(of: Collection<D>, client: Client, house: string) {
    [this.#of, this.client] = [of, client];
    this.prefix = `{${house}:${of.name}}:`;
  }

  /** Those that there are, in the order of the ids. */
  async byIds(ids: readonly string[]): Promise<D[]> {
    if (ids.length === 0) return [];
    const pipeline = this.client.pipeline();
    for (const id of ids) pipeline.hgetall(`${this.prefix}d:${id}`);
    const answers = (await pipeline.exec()) ?? [];
    return answers.flatMap(([error, kept]) => {
      if (error) throw error;
      return (kept as Kept).d === undefined ? [] : docOf<D>(kept as Kept);
    });
  }

  /**
   * A document as the script that writes takes it.
   * @param fence the version that it must be at; undefined where there must be none
   * @throws Error for a field name that engines reserve
   */
  argsOf(doc: D, fence: number | undefined): string[] {
    checkNames(doc);
    const { outbox = [], ...body } = doc;
    const times = outbox.map(({ message }) => Date.parse(message.time));
    const messages = outbox.map((one, n) => [outboxField(n, one.message.id), JSON.stringify(one)]);
    return [
      doc.id,
      fence === undefined ? "" : String(fence),
      String(doc.version),
      JSON.stringify(body),
      JSON.stringify(entriesOf(this.#of, doc)),
      outbox.length > 0 ? JSON.stringify([Math.min(...times), messages]) : "",
    ];
  }
}
