/**
 * What was revoked, copied into the cache for nodes that cannot ask those who keep sessions: a door
 * that opens while they are away refuses what others know to be revoked. The store is asked first;
 * a copy can only refuse, and what is not among them is not therefore allowed.
 */
import type { Client } from "../redis/client.ts";
import type { Presence } from "../redis/presence.ts";
import type { Revocation } from "./revocations.ts";

export interface CopiesSettings {
  readonly cache: () => { client: Client; presence: Presence } | undefined;
  /** What tells the keys of this house from those of others. */
  readonly house: string;
  /** At least as long as an access token lives, milliseconds. */
  readonly keepMs: number;
  readonly now: () => number;
}

export interface Told {
  items: readonly Revocation[];
  /** Where the next question begins. */
  next: string;
}

const member = ({ session, ended }: Revocation): string =>
  `${session} ${ended ? "ended" : "until"}`;

export class RevocationCopies {
  readonly #settings: CopiesSettings;

  constructor(settings: CopiesSettings) {
    this.#settings = settings;
  }

  /** What the store says, copied; or the copies, where it cannot be asked. @throws what asking throws */
  async revoked(since: string | undefined, ask: () => Promise<Told>): Promise<Told> {
    try {
      const told = await ask();
      void this.tell(told.items);
      return told;
    } catch (error) {
      const items = await this.#lately();
      if (!items) throw error;
      return { items, next: since ?? new Date(0).toISOString() };
    }
  }

  /** In any order, and as often as one likes. Never throws. */
  async tell(items: readonly Revocation[]): Promise<void> {
    const cache = this.#settings.cache();
    if (!cache || items.length === 0) return;
    const { keepMs, now } = this.#settings;
    const pairs = items.flatMap((item) => [item.at, member(item)]);
    await cache.presence.ask(() =>
      Promise.all([
        cache.client.zadd(this.#key, "GT", ...pairs),
        cache.client.zremrangebyscore(this.#key, "-inf", now() - keepMs),
        cache.client.pexpire(this.#key, keepMs),
      ]),
    );
  }

  /** Undefined where there is no cache, or it is away too. */
  async #lately(): Promise<Revocation[] | undefined> {
    const cache = this.#settings.cache();
    const from = this.#settings.now() - this.#settings.keepMs;
    const said = await cache?.presence.ask(() =>
      cache.client.zrangebyscore(this.#key, from, "+inf", "WITHSCORES"),
    );
    return said?.flatMap((text, i) => {
      const [session = "", how] = text.split(" ");
      return i % 2 ? [] : [{ session, at: Number(said[i + 1]), ended: how === "ended" }];
    });
  }

  get #key(): string {
    return `${this.#settings.house}:revoked`;
  }
}
