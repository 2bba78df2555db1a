/** What the channels tests share: a house of nodes over one storage, messages, listeners. */
import type { ServiceBroker } from "moleculer";
import type { Backoff } from "../../mixins/channels/backoff.ts";
import type { ChannelAdmin, SubscriptionOptions } from "../../mixins/channels/port.ts";
import { newId } from "../../services/shared/ids.ts";

export const contractSettings = {
  backoff: { baseMs: 20, factor: 2, maxMs: 80 } satisfies Backoff,
  maxRetries: 3,
};

/** A subscription of a test: what a service's schema says of a channel. */
export interface Listening extends SubscriptionOptions {
  group: string;
  maxInFlight?: number;
  maxRetries?: number;
  context?: boolean;
  handler(message: never, raw: never): unknown;
}

/** What a test may set of a node's adapter. */
export interface NodeSettings {
  /** Days that dead letters are kept; parts of a day too. */
  deadLetterDays?: number;
}

/** Nodes over the same storage. */
export interface House {
  /** Starts a node with one service that listens. */
  node(channels: Record<string, Listening>, settings?: NodeSettings): Promise<ServiceBroker>;
  /** Starts a node whose service sends "starting" in its start and "stopping" in its stop. */
  sendingWhileItStartsAndStops(channel: string): Promise<ServiceBroker>;
  /** Stops it, which waits for its handlers. */
  stop(node: ServiceBroker): Promise<void>;
  /** Stops all nodes and removes the storage. */
  close(): Promise<void>;
}

export interface Sent {
  id: string;
  key: string;
  time: string;
  correlation: string;
  notBefore?: string;
  data: unknown;
}

export const message = (data: unknown, more: Partial<Sent> = {}): Sent => ({
  id: newId(),
  key: "key",
  time: new Date().toISOString(),
  correlation: "test",
  data,
  ...more,
});

interface Sends {
  sendToChannel(channel: string, payload: unknown, options?: object): Promise<unknown>;
  channelAdapter: ChannelAdmin;
}

const parts = (node: ServiceBroker): Sends => node as unknown as Sends;

export const send = async (node: ServiceBroker, channel: string, ...all: unknown[]) => {
  await Promise.all(all.map((it) => parts(node).sendToChannel(channel, it)));
};

export const admin = (node: ServiceBroker): ChannelAdmin => parts(node).channelAdapter;

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A listener that keeps what it got. */
export const collector = (group: string, more: Partial<Listening> = {}) => {
  const got: Sent[] = [];
  const listening: Listening = { group, handler: (it: Sent) => void got.push(it), ...more };
  const schema = (channel: string) => ({ channels: { [channel]: listening } });
  return { got, data: () => got.map((it) => it.data), listening, schema };
};

export const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Messages of a channel that its groups have not done. */
export const lag = async (node: ServiceBroker, channel: string): Promise<number> =>
  (await admin(node).stats())
    .filter((it) => it.channel === channel)
    .reduce((sum, it) => sum + it.lag, 0);

/** Makes a group whose handler fails as told; `times` has the time of every call. */
export const failingIn =
  (house: () => Promise<House>) =>
  async (
    fail: (it: Sent, nth: number) => unknown,
    more: Partial<Listening> = {},
    settings: NodeSettings = {},
  ) => {
    const channel = `films.${newId()}.v1`;
    const group = newId();
    const times: number[] = [];
    const nodes = await house();
    const handler = (it: Sent) => {
      times.push(Date.now());
      return fail(it, times.length);
    };
    const node = await nodes.node({ [channel]: { group, handler, ...more } }, settings);
    const letters = () => admin(node).deadletters.list({ channel, group });
    return { nodes, node, channel, group, times, letters };
  };
