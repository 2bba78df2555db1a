/** One group of one channel as one consumer of Redis sees it: what it reads, and what came of it. */
import { newId } from "../../../services/shared/ids.ts";
import { interrupted } from "../failure.ts";
import type { Failed, Outcome } from "../trying.ts";
import type { Line } from "./connection.ts";
import { fieldsOf, type Held, type StreamEntry } from "./entries.ts";
import type { Stored } from "./letters.ts";
import { buryScript, retryScript } from "./scripts.ts";

interface Tries {
  readonly attempts: number;
  readonly firstAt: number;
  readonly error: string;
}

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

  /**
   * Notes what became of a message; a dead letter is there in the same step as it leaves.
   *
   * @returns false if it is not to be tried again here: it is over, or another consumer's
   */
  async write(message: Held, outcome: Outcome): Promise<boolean> {
    if (!("attempts" in outcome)) await this.#done(message.seq, message.attempts > 0);
    else if (outcome.kind === "dead") await this.#bury(message, outcome);
    else return await this.#retry(message, outcome);
    return false;
  }

  /** Messages of the stream for this group; what is for another one only is done. */
  async read(entries: readonly StreamEntry[], isClaimed: boolean): Promise<Held[]> {
    const held = await Promise.all(entries.map((entry) => this.#held(entry, isClaimed)));
    return held.filter((it) => it !== undefined);
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

  get #tries(): string {
    return this.#line.keys.tries(this.#channel, this.#group);
  }

  async #held([id, values]: StreamEntry, isClaimed: boolean): Promise<Held | undefined> {
    const seq = String(id);
    const message = fieldsOf(values);
    if (!values || (message.only && message.only !== this.#group)) {
      await this.#done(seq, false);
      return undefined;
    }
    const tries = isClaimed ? await this.#triesOf(seq) : undefined;
    return {
      ...{ seq, key: message.key ?? "", notBefore: Number(message.notBefore) },
      ...{ headers: message.headers || null, body: message.body ?? "null" },
      attempts: tries?.attempts ?? 0,
      firstAt: tries?.firstAt ?? null,
      error: tries?.error ?? null,
    };
  }

  async #done(seq: string, hasFailed: boolean): Promise<void> {
    if (hasFailed) await this.#line.redis.hdel(this.#tries, seq);
    await this.#line.redis.xack(this.#channel, this.#group, seq);
  }

  async #retry(message: Held, { attempts, at, error }: Failed): Promise<boolean> {
    const firstAt = message.firstAt ?? at;
    const tries: Tries = { attempts, firstAt, error: JSON.stringify(error) };
    const asked = [this.#group, this.#consumer, message.seq, JSON.stringify(tries)] as const;
    const isOurs = await this.#line.redis.eval(
      retryScript,
      ...[2, this.#channel, this.#tries, ...asked],
    );
    return Number(isOurs) === 1;
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
