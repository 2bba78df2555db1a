/**
 * The durable consumers of a group: one for the whole channel, or one for each partition where the
 * group is ordered. A group that changes from one to the other goes on where it stood: from its
 * oldest message that is not done, so that some may come a second time, and none is missed.
 */
import type { ConsumerInfo, JetStreamManager } from "nats";
import { reasonOf } from "./away.ts";
import { isMissing } from "./declare.ts";
import { type ConsumerRule, consumerOf } from "./declared.ts";
import { partitions } from "./names.ts";
import type { Parts, Subscriber } from "./parts.ts";

/** In hand, or failed and waiting, over all processes; beyond it a group gets nothing new. */
const sharedAtOnce = 20_000;
/** In hand of the one reader of a partition: running, to be tried again, or held back. */
export const partitionAtOnce = 1_000;

const every = Array.from({ length: partitions }, (_, at) => at);

/** Declares the consumer of an unordered group. */
export async function declareShared(subscriber: Subscriber, parts: Parts): Promise<ConsumerInfo> {
  const { channel, group } = subscriber;
  const name = parts.names.durable(group);
  const before = every.map((partition) => parts.names.durable(group, partition));
  const rule = {
    name,
    atOnce: sharedAtOnce,
    ackWaitMs: parts.settings.ackWaitMs,
    metadata: { channel, group },
  };
  const [info] = await declare(subscriber, parts, [rule], before);
  return info;
}

/** Declares the consumers of an ordered group, of all partitions. */
export async function declarePartitions(
  subscriber: Subscriber,
  parts: Parts,
  which: readonly number[] = every,
): Promise<[ConsumerInfo, ...ConsumerInfo[]]> {
  const { channel, group } = subscriber;
  const { names, settings } = parts;
  const rules = which.map((partition) => ({
    name: names.durable(group, partition),
    subject: names.subject(channel, partition),
    atOnce: partitionAtOnce,
    ackWaitMs: settings.ackWaitMs,
    metadata: { channel, group, partition: String(partition) },
  }));
  return await declare(subscriber, parts, rules, [names.durable(group)]);
}

/**
 * How many messages of a partition are in some hand: delivered, and not done.
 *
 * @returns infinity while the server is away
 */
export async function inHand(
  { channel, group }: Subscriber,
  { names, declarations, log }: Parts,
  partition: number,
): Promise<number> {
  try {
    const jsm = await declarations.manager();
    const durable = names.durable(group, partition);
    return (await jsm.consumers.info(names.stream(channel), durable)).num_ack_pending;
  } catch (error) {
    log().debug(`What the group '${group}' has in hand is not known: ${reasonOf(error)}`);
    return Number.POSITIVE_INFINITY;
  }
}

async function declare(
  { channel, from }: Subscriber,
  { declarations, streams, names }: Parts,
  rules: readonly ConsumerRule[],
  before: readonly string[],
): Promise<[ConsumerInfo, ...ConsumerInfo[]]> {
  const jsm = await declarations.manager();
  const stream = names.stream(channel);
  await streams.again(jsm, channel);
  const old = await found(jsm, stream, before);
  const begin = old.length > 0 ? { sequence: await restOf(jsm, stream, old) } : from;
  const infos = await Promise.all(
    rules.map((rule) => declarations.consumer(jsm, stream, consumerOf(rule, begin))),
  );
  for (const { name } of old) await jsm.consumers.delete(stream, name);
  return infos as [ConsumerInfo, ...ConsumerInfo[]];
}

async function found(
  jsm: JetStreamManager,
  stream: string,
  names: readonly string[],
): Promise<ConsumerInfo[]> {
  const asked = names.map((name) =>
    jsm.consumers.info(stream, name).catch((error) => {
      if (isMissing(error)) return undefined;
      throw error;
    }),
  );
  return (await Promise.all(asked)).filter((info) => info !== undefined);
}

/** The oldest message that one of these consumers has not done. */
async function restOf(
  jsm: JetStreamManager,
  stream: string,
  infos: readonly ConsumerInfo[],
): Promise<number> {
  const { state } = await jsm.streams.info(stream);
  const floors = infos.map((info) =>
    info.num_pending + info.num_ack_pending === 0 ? state.last_seq : info.ack_floor.stream_seq,
  );
  return Math.min(...floors) + 1;
}
