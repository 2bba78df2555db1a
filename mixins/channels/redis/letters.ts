/** The dead letters in Redis: of each group a hash of letters, and their ids in order of death. */
import { clock } from "../../../services/shared/clock.ts";
import { deadIds } from "../dead-ids.ts";
import type { DeadLetter, DeadLetterFilter, DeadLetters } from "../port.ts";
import type { Line } from "./connection.ts";
import { dayMs } from "./options.ts";
import { expireScript, redriveScript } from "./scripts.ts";

/** A letter as stored: what it says, and what is needed to send its message again. */
export interface Stored extends Omit<DeadLetter, "message"> {
  readonly key: string;
  readonly headers: string;
  readonly body: string;
}

/** Most letters on one page. */
const batch = 500;

const letter = ({ key: _, headers: __, body, ...rest }: Stored): DeadLetter => ({
  ...rest,
  message: JSON.parse(body),
});

type Named = readonly [channel: string, group: string];

export class Letters implements DeadLetters {
  readonly #line: Line;

  constructor(line: Line) {
    this.#line = line;
  }

  async list(page: Parameters<DeadLetters["list"]>[0] = {}): Promise<DeadLetter[]> {
    return (await this.#page(page)).map(letter);
  }

  async count(filter: DeadLetterFilter = {}): Promise<number> {
    const groups = await this.#groups(filter);
    const counts = await Promise.all(
      groups.map((it) => this.#line.redis.zcard(this.#line.keys.order(...it))),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async redrive(which: { readonly ids: readonly string[] } | DeadLetterFilter): Promise<number> {
    if ("ids" in which) return await this.#redriveIds(which.ids);
    const page = (after?: string) => this.#page({ ...which, after, limit: batch });
    return await this.#redriveIds(await deadIds(page, batch));
  }

  /**
   * Forgets those that died longer ago.
   *
   * @returns how many
   */
  async expire(days: number): Promise<number> {
    const before = Math.floor(clock.now() - days * dayMs);
    // An id (UUIDv7) begins with its time.
    const hex = Math.max(0, before).toString(16).padStart(12, "0");
    const first = `${hex.slice(0, 8)}-${hex.slice(8)}`;
    let gone = 0;
    for (const named of await this.#groups({})) {
      const [order, letters] = [this.#line.keys.order(...named), this.#line.keys.letters(...named)];
      for (let some = batch; some === batch; gone += some) {
        some = Number(await this.#line.redis.eval(expireScript, 2, order, letters, first));
      }
    }
    return gone;
  }

  async #groups({ channel, group }: DeadLetterFilter): Promise<Named[]> {
    const all = await this.#line.redis.smembers(this.#line.keys.groups);
    return all
      .map((text): Named => JSON.parse(text))
      .filter(([ch, gr]) => (channel ?? ch) === ch && (group ?? gr) === gr);
  }

  async #page(page: NonNullable<Parameters<DeadLetters["list"]>[0]>): Promise<Stored[]> {
    const limit = Math.min(page.limit ?? 100, batch);
    const from = page.after ? `(${page.after}` : "-";
    const pages = (await this.#groups(page)).map(async (named) => {
      const order = this.#line.keys.order(...named);
      const ids = await this.#line.redis.zrangebylex(order, from, "+", "LIMIT", 0, limit);
      return await this.#read(named, ids);
    });
    const found = (await Promise.all(pages)).flat();
    return found.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
  }

  async #read(named: Named, ids: readonly string[]): Promise<Stored[]> {
    if (ids.length === 0) return [];
    const found = await this.#line.redis.hmget(this.#line.keys.letters(...named), ...ids);
    return found.flatMap((text) => (text === null ? [] : [JSON.parse(text) as Stored]));
  }

  async #redriveIds(ids: readonly string[]): Promise<number> {
    const groups = await this.#groups({});
    let redriven = 0;
    for (let at = 0; at < ids.length; at += batch) {
      const some = ids.slice(at, at + batch);
      const found = await Promise.all(groups.map((named) => this.#read(named, some)));
      for (const it of found.flat()) redriven += await this.#redriveOne(it);
    }
    return redriven;
  }

  /** @returns 1, or 0 if it is not there any more */
  async #redriveOne({ id, channel, group, key, headers, body }: Stored): Promise<number> {
    const named = [
      channel,
      this.#line.keys.order(channel, group),
      this.#line.keys.letters(channel, group),
    ] as const;
    const asked = [group, id, key, headers, body] as const;
    return Number(await this.#line.redis.eval(redriveScript, 3, ...named, ...asked));
  }
}
