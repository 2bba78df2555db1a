/** One group of one channel as one consumer of Redis sees it: what it reads, keeps and gives back. */
import { newId } from "../../../services/shared/ids.ts";
import { interrupted } from "../failure.ts";
import type { Failed, Outcome } from "../trying.ts";
import type { Line } from "./connection.ts";
import type { Held } from "./hand.ts";
import type { Stored } from "./letters.ts";
import { buryScript } from "./scripts.ts";

/** An entry of a stream: its place, and names and values in turn; none if it was trimmed. */
export type StreamEntry = readonly [Buffer | string, readonly (Buffer | string)[] | null];

interface Tries {
  readonly attempts: number;
  readonly firstAt: number;
  readonly error: string;
}

/** Idle for so long that any other consumer may claim it at once, in milliseconds. */
const forAnybody = 3_600_000_000;
/** Entries claimed at a time. */
const batch = 100;
export class Place {
  readonly #line: Line;
  readonly #channel: string;
  readonly #group: string;
  readonly #consumer: string;

  constructor(line: Line, channel: string, group: string, consumer: string) {
    this.#line = line;
    this.#channel = channel;
    this.#group = group;
    this.#consumer = consumer;
  }

  /** Notes what became of a message; a dead letter is there in the same step as it leaves. */
  async write(message: Held, outcome: Outcome): Promise<void> {
    if (!("attempts" in outcome)) {
      await this.#done(message.seq, message.attempts > 0);
      return;
    }
    if (outcome.kind === "dead") await this.#bury(message, outcome);
    else {
      const { attempts, at } = outcome;
      const error = JSON.stringify(outcome.error);
      const tries: Tries = { attempts, firstAt: message.firstAt ?? at, error };
      await this.#line.redis.hset(this.#tries, message.seq, JSON.stringify(tries));
    }
  }

  /** Messages of the stream for this group; what is for another one only is done. */
  async read(entries: readonly StreamEntry[], isClaimed: boolean): Promise<Held[]> {
    const held: Held[] = [];
    for (const [id, values] of entries) {
      const seq = String(id);
      const message = fields(values);
      if (!values || (message.only && message.only !== this.#group)) await this.#done(seq, false);
      else {
        const tries = isClaimed ? await this.#triesOf(seq) : undefined;
        held.push({
          ...{ seq, key: message.key ?? "", notBefore: Number(message.notBefore) },
          ...{ headers: message.headers || null, body: message.body ?? "null" },
          attempts: tries?.attempts ?? 0,
          firstAt: tries?.firstAt ?? null,
          error: tries?.error ?? null,
        });
      }
    }
    return held;
  }

  /** Takes over everything that any consumer of the group has in hand, in its order. */
  async takeAll(take: (messages: Held[]) => void): Promise<void> {
    for (let cursor = "0-0", isLast = false; !isLast; isLast = cursor === "0-0") {
      const from = [this.#channel, this.#group, this.#consumer, 0, cursor] as const;
      const found = await this.#line.redis.xautoclaim(...from, "COUNT", batch);
      const [next, entries] = found as [string, StreamEntry[]];
      cursor = next;
      take(await this.read(entries, true));
    }
  }

  /** Says that these are still in hand. */
  async renew(places: readonly string[]): Promise<void> {
    await this.#claim(places, "JUSTID");
  }

  /** Leaves these to any other consumer. @param tries counted for their being in hand */
  async leave(places: readonly string[], tries: 0 | 1): Promise<void> {
    await this.#claim(places, "IDLE", forAnybody, "RETRYCOUNT", tries, "JUSTID");
  }

  /** The consumer is gone for good; what it had must be done or left before. */
  async forgetConsumer(): Promise<void> {
    await this.#line.redis.xgroup("DELCONSUMER", this.#channel, this.#group, this.#consumer);
  }

  get #tries(): string {
    return this.#line.keys.tries(this.#channel, this.#group);
  }

  async #claim(places: readonly string[], ...how: (string | number)[]): Promise<void> {
    for (let at = 0; at < places.length; at += batch) {
      const some = places.slice(at, at + batch);
      const from = [this.#channel, this.#group, this.#consumer, 0] as const;
      await this.#line.redis.xclaim(...from, ...[...some, ...how]);
    }
  }

  async #done(seq: string, hasFailed: boolean): Promise<void> {
    if (hasFailed) await this.#line.redis.hdel(this.#tries, seq);
    await this.#line.redis.xack(this.#channel, this.#group, seq);
  }

  async #bury(message: Held, { attempts, at, error }: Failed): Promise<void> {
    const [channel, group] = [this.#channel, this.#group];
    const { seq, key, headers, body, firstAt } = message;
    const [first, last] = [new Date(firstAt ?? at), new Date(at)].map((it) => it.toISOString());
    const what = { id: newId(), channel, group, key, headers: headers ?? "", body };
    const letter: Stored = { ...what, error, attempts, firstAt: first ?? "", lastAt: last ?? "" };
    const dead = [
      this.#line.keys.order(channel, group),
      this.#line.keys.letters(channel, group),
    ] as const;
    const asked = [group, seq, letter.id, JSON.stringify(letter)] as const;
    await this.#line.redis.eval(buryScript, 4, channel, this.#tries, ...dead, ...asked);
  }

  /** What failed before, or was in the hands of a node that is gone, which counts as a try. */
  async #triesOf(seq: string): Promise<Tries | undefined> {
    const [noted, pending] = await Promise.all([
      this.#line.redis.hget(this.#tries, seq),
      this.#line.redis.xpending(this.#channel, this.#group, seq, seq, 1),
    ]);
    const known: Tries | undefined = noted === null ? undefined : JSON.parse(noted);
    const [entry] = pending as [string, string, number, number][];
    const before = (entry?.[3] ?? 1) - 1;
    if (before <= (known?.attempts ?? 0)) return known;
    const firstAt = known?.firstAt ?? Date.now();
    return { attempts: before, firstAt, error: JSON.stringify(interrupted) };
  }
}

const fields = (values: StreamEntry[1]): Partial<Record<string, string>> => {
  const found: Partial<Record<string, string>> = {};
  for (let at = 0; values && at < values.length; at += 2) {
    found[String(values[at])] = String(values[at + 1]);
  }
  return found;
};
