/**
 * Serving, hearing and following what contracts say; calling, telling and sending through them.
 * Whatever arrives is checked here, so a handler never sees a wrong shape.
 */
import type { ActionSchema, Context, EventSchema, Service } from "moleculer";
import { z } from "zod";
import type { Action, Channel, Event, Meta } from "./contract.ts";
import { Message } from "./message.ts";
import { check, MessageInvalid, ParamsInvalid, ResultInvalid } from "./problem.ts";

let resultsAreChecked = false;

/** Results are checked in tests only: the types promise them, and checking costs. */
export const checkResults = (on: boolean): void => {
  resultsAreChecked = on;
};

type Contract = Action | Event | Channel;
const described = new WeakMap<Contract, Record<string, unknown>>();
const schemaOf = (schema: z.ZodType, io: "input" | "output") =>
  z.toJSONSchema(schema, { io, unrepresentable: "any" });

/** The contract as plain data with JSON Schemas (draft 2020-12), as the registry carries it. */
export function describe(contract: Contract): Record<string, unknown> {
  const known = described.get(contract);
  if (known) return known;
  const made: Record<string, unknown> =
    contract.kind === "action"
      ? {
          ...contract,
          params: schemaOf(contract.params, "input"),
          result: schemaOf(contract.result, "output"),
          problems: (contract.problems ?? []).map(({ type, status }) => ({ type, status })),
        }
      : { kind: contract.kind, name: contract.name, data: schemaOf(contract.data, "output") };
  described.set(contract, made);
  return made;
}

/** For a service's `metadata`: what it tells, so that the registry knows its channels too. */
export const tells = (...contracts: (Event | Channel)[]) => ({ tells: contracts.map(describe) });

type Answer<R extends z.ZodType> = z.input<R> | Promise<z.input<R>>;
type Asked<P extends z.ZodType> = Context<z.output<P>, Meta>;
const lastOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1);

export interface FollowOptions {
  /** Readers of one group share the messages; each group gets them all. */
  group: string;
  /** How many messages one reader handles at a time, 1 unless told. */
  maxInFlight?: number;
  /** Messages with one key are handled one at a time and in order. */
  ordered?: boolean;
  maxRetries?: number;
}

/** The wiring of one actor; `Self` is what its handlers find in `this`. */
export function wiring<Self = Service>() {
  return {
    /** An entry for `actions`. */
    serve<P extends z.ZodType, R extends z.ZodType>(
      contract: Action<P, R>,
      handler: (this: Self, ctx: Asked<P>) => Answer<R>,
    ): Record<string, ActionSchema> {
      const { name, params, result, key } = contract;
      return {
        [lastOf(name)]: {
          visibility: contract.opens ? "published" : "public",
          contract: describe(contract),
          ...(key ? { strategy: "Shard", strategyOptions: { shardKey: key } } : {}),
          handler(this: Self, ctx: Context) {
            ctx.params = check(name, params, ctx.params, ParamsInvalid) as object;
            const answer = handler.call(this, ctx as unknown as Asked<P>);
            if (!resultsAreChecked) return answer;
            return Promise.resolve(answer).then((given) =>
              check(name, result, given, ResultInvalid),
            );
          },
        } as unknown as ActionSchema,
      };
    },

    /** An entry for `events`. */
    hear<D extends z.ZodType>(
      contract: Event<D>,
      group: string,
      handler: (this: Self, data: z.output<D>, ctx: Context) => Promise<void> | void,
    ): Record<string, EventSchema> {
      return {
        [contract.name]: {
          group,
          handler(this: Self, ctx: Context) {
            const data = check(contract.name, contract.data, ctx.params, MessageInvalid);
            return handler.call(this, data, ctx);
          },
        } as unknown as EventSchema,
      };
    },

    /** An entry for `channels`. The handler may run twice: say above it why that is safe. */
    follow<D extends z.ZodType>(
      contract: Channel<D>,
      options: FollowOptions,
      handler: (this: Self, data: z.output<D>, message: Message) => Promise<void>,
    ): Record<string, unknown> {
      return {
        [contract.name]: {
          ...options,
          async handler(this: Self, raw: unknown) {
            const message = check(contract.name, Message, raw, MessageInvalid);
            const data = check(contract.name, contract.data, message.data, MessageInvalid);
            return handler.call(this, data, message);
          },
        },
      };
    },
  };
}

/** Whoever can ask: a context (so that the chain is kept) or a broker. */
export interface Asker {
  call(name: string, params?: unknown, options?: object): Promise<unknown>;
}

export interface CallOptions {
  meta?: Meta;
  timeout?: number;
}

/** Asks an actor. Rejects with the problems that the contract declares. */
export const call = <P extends z.ZodType, R extends z.ZodType>(
  from: Asker,
  contract: Action<P, R>,
  params: z.input<P>,
  options?: CallOptions,
): Promise<z.output<R>> =>
  from.call(
    contract.name,
    params,
    options ?? (contract.timeoutMs ? { timeout: contract.timeoutMs } : undefined),
  ) as Promise<z.output<R>>;

/** Tells whoever listens now. May be lost. */
export const tell = <D extends z.ZodType>(
  from: { emit(name: string, data: unknown): Promise<unknown> },
  contract: Event<D>,
  data: z.input<D>,
): Promise<unknown> => from.emit(contract.name, data);
