/**
 * Declares streams and consumers: makes what is missing, tells in the log what is otherwise than
 * declared, mends what JetStream lets be mended. Several nodes may do so at once.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { ConsumerInfo, JetStreamManager, StreamConfig } from "nats";
import { apiCode, isAway, reasonOf } from "./away.ts";
import type { Connection, Log } from "./connection.ts";
import {
  type Consumer,
  consumerOf,
  type Difference,
  differences,
  type Stream,
  sentence,
} from "./declared.ts";

const code = { streamMissing: 10059, consumerMissing: 10014, streamThere: 10058 };
const consumerThere = [10013, 10105, 10148];
const requestMs = 5_000;
const againMs = 500;
const tellEvery = 20;

export const isMissing = (error: unknown): boolean =>
  [code.streamMissing, code.consumerMissing].includes(apiCode(error));

export class Declarations {
  readonly #connection: Connection;
  readonly #log: () => Log;

  constructor(connection: Connection, log: () => Log) {
    this.#connection = connection;
    this.#log = log;
  }

  async manager(): Promise<JetStreamManager> {
    const nc = await this.#connection.ready(requestMs);
    return await nc.jetstreamManager({ checkAPI: false, timeout: requestMs });
  }

  /** Asks until the server answers; what it refuses is thrown. */
  async patiently<T>(what: string, ask: (jsm: JetStreamManager) => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      try {
        return await ask(await this.manager());
      } catch (error) {
        if (!isAway(error)) throw error;
        if (failures % tellEvery === 0) this.#log().warn(`${what} waits: ${reasonOf(error)}`);
        await wait(againMs);
      }
    }
  }

  async stream(jsm: JetStreamManager, declared: Stream): Promise<void> {
    const found = await missingIsNothing(jsm.streams.info(declared.name));
    if (!found) {
      try {
        await jsm.streams.add(declared);
        return;
      } catch (error) {
        // Another node was first; if it declares otherwise, that is mended here.
        if (apiCode(error) !== code.streamThere) throw withAdvice(declared, error);
      }
    }
    const { config } = found ?? (await jsm.streams.info(declared.name));
    const all = differences(declared, config);
    this.#tell(`The stream ${declared.name}`, all);
    // The number of copies apart: a server that cannot have so many refuses the whole update.
    const isCopies = ({ field }: Difference) => field === "num_replicas";
    const mendable = all.filter(({ way }) => way === "mend");
    await this.#update(jsm, config, valuesOf(mendable.filter((it) => !isCopies(it))));
    await this.#update(jsm, config, valuesOf(mendable.filter(isCopies)));
  }

  async #update(jsm: JetStreamManager, found: StreamConfig, values: object): Promise<void> {
    if (Object.keys(values).length === 0) return;
    Object.assign(found, values);
    try {
      await jsm.streams.update(found.name, found);
    } catch (error) {
      if (isAway(error)) throw error;
      this.#log().error(`The stream ${found.name} stays as it is: ${reasonOf(error)}`);
    }
  }

  /** @returns the consumer as the server has it */
  async consumer(jsm: JetStreamManager, stream: string, declared: Consumer): Promise<ConsumerInfo> {
    const name = declared.durable_name;
    const found = await missingIsNothing(jsm.consumers.info(stream, name));
    if (!found) {
      try {
        return await jsm.consumers.add(stream, declared);
      } catch (error) {
        if (!consumerThere.includes(apiCode(error))) throw error;
      }
    }
    return await this.#mend(jsm, declared, found ?? (await jsm.consumers.info(stream, name)));
  }

  async #mend(
    jsm: JetStreamManager,
    declared: Consumer,
    found: ConsumerInfo,
  ): Promise<ConsumerInfo> {
    const { stream_name: stream, name, config } = found;
    const all = differences(declared, config);
    this.#tell(`The consumer ${name} of ${stream}`, all);
    if (all.some(({ way }) => way === "renew") || config.deliver_subject) {
      const from = { sequence: found.ack_floor.stream_seq + 1 };
      await jsm.consumers.delete(stream, name);
      const { deliver_policy, opt_start_time, ...rest } = declared;
      const begin = consumerOf({ name, ackWaitMs: 0, atOnce: 0 }, from);
      return await jsm.consumers.add(stream, {
        ...rest,
        deliver_policy: begin.deliver_policy,
        opt_start_seq: from.sequence,
      });
    }
    const mendable = all.filter(({ way }) => way === "mend");
    if (mendable.length === 0) return found;
    return await jsm.consumers.update(stream, name, valuesOf(mendable));
  }

  #tell(what: string, all: readonly Difference[]): void {
    const levels = { mend: "warn", renew: "warn", keep: "debug", tell: "error" } as const;
    for (const one of all) this.#log()[levels[one.way]](sentence(what, one));
  }
}

const valuesOf = (all: readonly Difference[]): Record<string, unknown> =>
  Object.fromEntries(all.map(({ field, declared }) => [field, declared]));

const missingIsNothing = async <T>(asked: Promise<T>): Promise<T | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

const withAdvice = ({ name, num_replicas }: Stream, error: unknown): unknown =>
  isAway(error)
    ? error
    : new Error(
        `The stream ${name} with ${num_replicas} replicas was refused: ${reasonOf(error)}. ` +
          "Check that JetStream is enabled, has space, and has as many servers as CHANNEL_REPLICAS.",
        { cause: error },
      );
