/** The consumer groups of a log: found by name, told of news, counted, dropped. */
import { ChannelError } from "../errors.ts";
import type { GroupStats } from "../port.ts";
import { Group } from "./group.ts";
import type { Thread } from "./thread.ts";

export class Roster {
  readonly #thread: Thread;
  readonly #groups = new Map<string, Group>();

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  /** The group of this name; a new one begins with the oldest message kept. */
  group(channel: string, name: string): Group {
    const key = keyOf(channel, name);
    const group = this.#groups.get(key) ?? new Group(this.#thread, channel, name);
    this.#groups.set(key, group);
    return group;
  }

  /** Something new is on these channels. */
  news(channels: ReadonlySet<string>): void {
    for (const group of this.#groups.values()) if (channels.has(group.channel)) group.wake();
  }

  wakeAll(): void {
    for (const group of this.#groups.values()) group.wake();
  }

  wake(id: number): void {
    for (const group of this.#groups.values()) if (group.id === id) group.wake();
  }

  async stats(): Promise<GroupStats[]> {
    const rows = await this.#thread.ask("stats", () => []);
    return rows.map(({ channel, group, lag, deadLetters }) => {
      const inFlight = this.#groups.get(keyOf(channel, group))?.inFlight ?? 0;
      return { channel, group, lag, inFlight, deadLetters };
    });
  }

  /** @throws ChannelError GROUP_IN_USE while somebody reads for it */
  async drop(channel: string, name: string): Promise<void> {
    const key = keyOf(channel, name);
    if (this.#groups.get(key)?.inUse) {
      throw new ChannelError(
        "GROUP_IN_USE",
        `The group '${name}' of the channel '${channel}' is being read by this node. ` +
          "Stop the service that reads it, then drop it.",
      );
    }
    this.#groups.delete(key);
    await this.#thread.ask("drop", () => [channel, name]);
  }
}

const keyOf = (channel: string, name: string): string => JSON.stringify([channel, name]);
