/**
 * What happens to every request of a contract's path, in this order: who asks, how often already,
 * may they; then where the question goes. What is kept, repeated or broken is decided after that,
 * by keys in which the target stands.
 */
import type { ServiceBroker } from "moleculer";
import { languagesOf } from "../../mixins/http/languages.ts";
import type { Latch } from "../../mixins/latch.ts";
import { type AddressOf, bucketOf } from "../../mixins/limits/address.ts";
import type { Limits } from "../../mixins/limits/limits.ts";
import { traceOf } from "../../mixins/observing/trace.ts";
import type { Action, Caller, Meta, Role } from "../shared/contract.ts";
import { ParamsInvalid } from "../shared/problem.ts";
import type { Exchange } from "./exchange.ts";
import type { Recognise } from "./recognising.ts";
import { admit } from "./roles.ts";

/** Where a question goes. */
export interface Target {
  /** Tells it from every other: part of the keys of what is kept, repeated and broken. */
  readonly key: string;
  ask(params: object, options: object): Promise<unknown>;
}
/** Chooses by contract and caller: the one place for another upstream, or a share of the traffic. */
export type Choose = (contract: Action, caller: Caller) => Target;

/** The actor that owns the contract. */
export function actorsOf(broker: ServiceBroker): Choose {
  const known = new Map<string, Target>();
  return ({ name }) => {
    const before = known.get(name);
    if (before) return before;
    const ask: Target["ask"] = (params, options) => broker.call(name, params, options);
    const made: Target = { key: name, ask };
    known.set(name, made);
    return made;
  };
}

/** Whether some node answers an action: what is not there is not asked for every few seconds. */
export function isThere(broker: ServiceBroker, { name }: Action): boolean {
  const { registry } = broker as unknown as {
    registry: { actions: { isAvailable(name: string): boolean } };
  };
  return registry.actions.isAvailable(name);
}

export interface EntrySettings {
  readonly recognise: Recognise;
  readonly addressOf: AddressOf;
  readonly limits?: Limits | undefined;
  readonly stepUpMs: number;
  readonly now: () => number;
  /** Whoever comes while the house starts waits until it has: its actors are not there yet. */
  readonly latch: Latch;
}

/** Lets a request in: its caller, who is noted in the exchange. Rejects with why not. */
export type Enter = (x: Exchange, contract: Action, needs: Role) => Promise<Caller>;

export function entry(settings: EntrySettings): Enter {
  const { recognise, addressOf, limits, latch, ...rules } = settings;
  async function count(x: Exchange, { role, id, key }: Pick<Caller, "role" | "id" | "key">) {
    if (!limits) return;
    const kind = key !== undefined ? "key" : role === "guest" ? "address" : "user";
    const whose = kind === "key" ? key : kind === "user" ? id : bucketOf(x.address);
    const { limit, remaining, reset } = await limits.take(kind, whose ?? id);
    x.more.push("RateLimit-Limit", String(limit), "RateLimit-Remaining", String(remaining));
    x.more.push("RateLimit-Reset", String(reset));
  }

  return async (x, contract, needs) => {
    x.address = addressOf(x.req);
    const starting = latch.wait();
    if (starting) await starting;
    let caller: Caller;
    try {
      const found = recognise(x.req);
      caller = found instanceof Promise ? await found : found;
    } catch (error) {
      // Guessing tokens is asking too.
      await count(x, { role: "guest", id: "guest" });
      throw error;
    }
    x.caller = caller;
    await count(x, caller);
    admit(caller, contract, needs, rules);
    return caller;
  };
}

const keyForm = /^[\x21-\x7e]{1,200}$/;

/** @throws PARAMS_INVALID */
export function idempotencyKey({ req }: Exchange): string | undefined {
  const key = req.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && keyForm.test(key)) return key;
  const fault = { path: "Idempotency-Key", message: "1 to 200 visible ASCII characters" };
  throw ParamsInvalid({ errors: [fault], summary: `${fault.path}: ${fault.message}` });
}

const longestAgent = 300;

/** What goes along with a call, and nothing else that came from outside. */
export function optionsOf(x: Exchange, contract: Action, caller: Caller) {
  const { "accept-language": languages, "user-agent": agent, traceparent } = x.req.headers;
  x.trace ??= traceOf(traceparent, x.id);
  const from = agent ? { agent: agent.slice(0, longestAgent) } : {};
  const meta: Meta = { caller, from: { address: x.address, ...from }, traceparent: x.trace };
  if (languages !== undefined) meta.languages = languagesOf(languages) as string[];
  const key = contract.claims ? idempotencyKey(x) : undefined;
  if (key !== undefined) meta.idempotencyKey = key;
  return contract.timeoutMs === undefined
    ? { meta, requestID: x.id }
    : { meta, requestID: x.id, timeout: contract.timeoutMs };
}
