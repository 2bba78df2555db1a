/** The groups of all channels in Redis: listed, counted, dropped; their channels trimmed. */
import { ChannelError } from "../errors.ts";
import type { GroupStats } from "../port.ts";
import { type Line, unavailable } from "./connection.ts";
import type { Following } from "./following.ts";
import { dayMs } from "./options.ts";
import { trimScript } from "./scripts.ts";

type Named = readonly [channel: string, group: string];

/** Entries counted at a time where Redis does not know how many are unread. */
const batch = 1_000;

export class Groups {
  readonly #line: Line;
  readonly #here: () => Following[];

  /** @param here what this node follows */
  constructor(line: Line, here: () => Following[]) {
    this.#line = line;
    this.#here = here;
  }

  /** Makes the group if it is new; it begins with the oldest message kept. */
  async enter(channel: string, group: string): Promise<void> {
    try {
      await this.#line.redis.xgroup("CREATE", channel, group, "0", "MKSTREAM");
    } catch (cause) {
      if (!String(cause).includes("BUSYGROUP")) throw unavailable(cause);
    }
    await this.#line.redis.sadd(this.#line.keys.groups, JSON.stringify([channel, group]));
  }

  async stats(): Promise<GroupStats[]> {
    const all = await this.#all();
    const rows = all.map(async ([channel, group]) => ({
      ...{ channel, group },
      inFlight: this.#of(channel, group).reduce((sum, it) => sum + it.inFlight, 0),
      lag: await this.#lag(channel, group),
      deadLetters: await this.#line.redis.zcard(this.#line.keys.order(channel, group)),
    }));
    return await Promise.all(rows);
  }

  /** @throws ChannelError GROUP_IN_USE while this node reads for it */
  async drop(channel: string, group: string): Promise<void> {
    if (this.#of(channel, group).length > 0) {
      throw new ChannelError(
        "GROUP_IN_USE",
        `The group '${group}' of the channel '${channel}' is being read by this node. ` +
          "Stop the service that reads it, then drop it.",
      );
    }
    if ((await this.#line.redis.exists(channel)) > 0) {
      await this.#line.redis.xgroup("DESTROY", channel, group);
    }
    const { tries, order, letters, lease } = this.#line.keys;
    const named = [tries, order, letters, lease].map((key) => key(channel, group));
    await this.#line.redis.del(...named);
    await this.#line.redis.srem(this.#line.keys.groups, JSON.stringify([channel, group]));
  }

  /**
   * Drops the messages that are older.
   *
   * @returns how many
   */
  async trim(days: number): Promise<number> {
    const keptMs = Math.ceil(days * dayMs);
    let dropped = 0;
    for (const channel of new Set((await this.#all()).map(([name]) => name))) {
      dropped += Number(await this.#line.redis.eval(trimScript, 1, channel, keptMs));
    }
    return dropped;
  }

  #of(channel: string, group: string): Following[] {
    return this.#here().filter((it) => it.channel === channel && it.group === group);
  }

  async #all(): Promise<Named[]> {
    const all = await this.#line.redis.smembers(this.#line.keys.groups);
    return all.sort().map((text): Named => JSON.parse(text));
  }

  /** Unread, and in anybody's hands. */
  async #lag(channel: string, group: string): Promise<number> {
    const found = (await this.#line.redis.xinfo("GROUPS", channel).catch(() => [])) as unknown[][];
    const infos = found.map((flat) => pairs(flat));
    const info = infos.find(({ name }) => name === group);
    if (!info) return 0;
    const unread = info.lag ?? (await this.#after(channel, String(info["last-delivered-id"])));
    return Number(unread) + Number(info.pending);
  }

  async #after(channel: string, id: string): Promise<number> {
    let count = 0;
    for (let from = id, some = batch; some === batch; count += some) {
      const found = await this.#line.redis.xrange(channel, `(${from}`, "+", "COUNT", batch);
      some = found.length;
      from = found.at(-1)?.[0] ?? from;
    }
    return count;
  }
}

const pairs = (flat: readonly unknown[]): Record<string, unknown> =>
  Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]]] : [])));
