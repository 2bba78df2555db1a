/** Dead letters in a stream of their own; the id of one is its place there. */
import { AckPolicy, DeliverPolicy, type JetStreamManager, nanos } from "nats";
import { newId } from "../../../services/shared/ids.ts";
import type { DeadLetter, DeadLetterFilter, DeadLetters } from "../port.ts";
import { apiCode, reasonOf } from "./away.ts";
import { type Letter, placeOfLetter, readLetter } from "./letters.ts";
import type { Parts } from "./parts.ts";
import type { Sender } from "./sender.ts";

/** Most letters on one page. */
const most = 500;
const atOnce = 50;
const noMessage = 10037;
const idleMs = 30_000;
const fetchMs = 5_000;

type Found = Letter & { id: string };

export class LettersInStream implements DeadLetters {
  readonly #parts: Parts;
  readonly #sender: Sender;

  constructor(parts: Parts, sender: Sender) {
    this.#parts = parts;
    this.#sender = sender;
  }

  async list(page: Parameters<DeadLetters["list"]>[0] = {}): Promise<DeadLetter[]> {
    const limit = Math.min(page.limit ?? 100, most);
    const found = await this.#read(page, placeOfLetter(page.after), limit);

    return found.map(({ headers: _, ...letter }) => letter);
  }

  async count(filter: DeadLetterFilter = {}): Promise<number> {
    return [...(await this.counts(filter)).values()].reduce((sum, n) => sum + n, 0);
  }

  /** How many each group has, by subject. */
  async counts(filter: DeadLetterFilter = {}): Promise<Map<string, number>> {
    const jsm = await this.#parts.declarations.manager();
    const { state } = await jsm.streams.info(this.#parts.names.dead, {
      subjects_filter: this.#subject(filter),
    });
    return new Map(Object.entries(state.subjects ?? {}));
  }

  async redrive(which: { readonly ids: readonly string[] } | DeadLetterFilter): Promise<number> {
    let redriven = 0;
    for await (const letters of this.#chosen(which)) {
      for (let at = 0; at < letters.length; at += atOnce) {
        const some = letters.slice(at, at + atOnce).map((letter) => this.#redriveOne(letter));
        redriven += (await Promise.all(some)).filter(Boolean).length;
      }
    }
    return redriven;
  }

  async forget(filter: DeadLetterFilter): Promise<void> {
    const jsm = await this.#parts.declarations.manager();
    await jsm.streams.purge(this.#parts.names.dead, { filter: this.#subject(filter) });
  }

  /** Sent first, then removed: the id tells if both are done a second time. */
  async #redriveOne({ id, channel, group, message, headers }: Found): Promise<boolean> {
    const { names, declarations } = this.#parts;
    const { duplicate } = await this.#sender.again(channel, group, message, headers, `dead/${id}`);
    const jsm = await declarations.manager();
    const removed = await jsm.streams
      .deleteMessage(names.dead, Number(id), false)
      .catch(() => false);
    return removed && !duplicate;
  }

  /** Only what is dead now: what dies again meanwhile is not redriven a second time. */
  async *#chosen(
    which: { readonly ids: readonly string[] } | DeadLetterFilter,
  ): AsyncGenerator<Found[]> {
    const jsm = await this.#parts.declarations.manager();
    if ("ids" in which) {
      const found = which.ids.map((id) => this.#byPlace(jsm, placeOfLetter(id)));
      yield (await Promise.all(found)).filter((letter) => letter !== undefined);
      return;
    }
    const { state } = await jsm.streams.info(this.#parts.names.dead);
    for (let after = 0; after < state.last_seq; ) {
      const page = await this.#read(which, after, most);
      yield page.filter(({ id }) => Number(id) <= state.last_seq);
      after = page.length < most ? state.last_seq : Number(page.at(-1)?.id);
    }
  }

  async #byPlace(jsm: JetStreamManager, seq: number): Promise<Found | undefined> {
    if (seq === 0) return undefined;
    try {
      const { data } = await jsm.streams.getMessage(this.#parts.names.dead, { seq });
      return readLetter(seq, data);
    } catch (error) {
      if (apiCode(error) === noMessage) return undefined;
      throw error;
    }
  }

  /** By a consumer that lives for this page only. */
  async #read(filter: DeadLetterFilter, after: number, limit: number): Promise<Found[]> {
    const { names, declarations, connection } = this.#parts;
    const jsm = await declarations.manager();
    const info = await jsm.consumers.add(names.dead, {
      name: `page-${newId()}`,
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: after + 1,
      filter_subject: this.#subject(filter),
      inactive_threshold: nanos(idleMs),
      mem_storage: true,
      num_replicas: 1,
    });
    const found: Found[] = [];
    try {
      const wanted = Math.min(limit, info.num_pending);
      if (wanted === 0) return found;
      const nc = await connection.get();
      const consumer = await nc.jetstream().consumers.get(names.dead, info.name);
      const batch = await consumer.fetch({ max_messages: wanted, expires: fetchMs });
      for await (const msg of batch) found.push(readLetter(msg.seq, msg.data));
      return found;
    } finally {
      const gone = jsm.consumers.delete(names.dead, info.name);
      gone.catch((error) => this.#parts.log().debug(reasonOf(error)));
    }
  }

  #subject({ channel, group }: DeadLetterFilter): string {
    return this.#parts.names.about("dead", channel, group);
  }
}
