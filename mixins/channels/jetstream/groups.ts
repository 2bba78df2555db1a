/** What is known of the groups of a house: all that the server knows, whoever reads them. */
import type { ConsumerInfo, JetStreamManager } from "nats";
import { ChannelError } from "../errors.ts";
import type { GroupStats } from "../port.ts";
import type { LettersInStream } from "./deadletters.ts";
import type { Parts } from "./parts.ts";

interface Known {
  readonly channel: string;
  readonly group: string;
  readonly consumers: readonly ConsumerInfo[];
}

export class Groups {
  readonly #parts: Parts;
  readonly #letters: LettersInStream;

  constructor(parts: Parts, letters: LettersInStream) {
    this.#parts = parts;
    this.#letters = letters;
  }

  /** @param running handlers of a group that run in this process */
  async stats(running: (channel: string, group: string) => number): Promise<GroupStats[]> {
    const jsm = await this.#parts.declarations.manager();
    const [known, letters] = await Promise.all([this.#known(jsm), this.#letters.counts()]);
    return known.map(({ channel, group, consumers }) => ({
      channel,
      group,
      lag: consumers.reduce((sum, it) => sum + it.num_pending + it.num_ack_pending, 0),
      inFlight: running(channel, group),
      deadLetters: letters.get(this.#parts.names.about("dead", channel, group)) ?? 0,
    }));
  }

  /** @throws ChannelError GROUP_IN_USE while somebody reads for it */
  async drop(channel: string, group: string): Promise<void> {
    const jsm = await this.#parts.declarations.manager();
    const all = await this.#known(jsm);
    const { consumers = [] } = all.find((it) => it.channel === channel && it.group === group) ?? {};
    if (consumers.some(({ num_waiting }) => num_waiting > 0)) {
      throw new ChannelError(
        "GROUP_IN_USE",
        `The group '${group}' of '${channel}' is being read: stop its service first.`,
      );
    }
    for (const { stream_name, name } of consumers) await jsm.consumers.delete(stream_name, name);
    await this.#letters.forget({ channel, group });
    await this.#parts.tries.forget(channel, group);
  }

  async #known(jsm: JetStreamManager): Promise<Known[]> {
    const streams: string[] = [];
    for await (const name of jsm.streams.names(`${this.#parts.names.space}.channel.>`)) {
      streams.push(name);
    }
    const lists = await Promise.all(streams.map((stream) => this.#consumers(jsm, stream)));
    const groups = Map.groupBy(lists.flat(), ({ config: { metadata } }) =>
      JSON.stringify([metadata?.channel, metadata?.group]),
    );
    return [...groups].map(([key, consumers]) => {
      const [channel, group] = JSON.parse(key) as [string, string];
      return { channel, group, consumers };
    });
  }

  /** Those of groups: others may look into a stream too. */
  async #consumers(jsm: JetStreamManager, stream: string): Promise<ConsumerInfo[]> {
    const found: ConsumerInfo[] = [];
    for await (const info of jsm.consumers.list(stream)) {
      if (info.config.metadata?.channel && info.config.metadata.group) found.push(info);
    }
    return found;
  }
}
