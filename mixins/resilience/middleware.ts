/**
 * What stands between an actor and whomever it asks, from the outside in: a bulkhead, a breaker,
 * another try where that is safe; within them Moleculer's timeout, which counts as a failure and
 * whose rest is handed down the chain of calls. What no contract names is left alone.
 */
import type { Action } from "../../services/shared/contract.ts";
import type { Breakers } from "./breaker.ts";
import { BulkheadFull, isPassing, wasNotBegun } from "./failure.ts";

export interface ResilienceSettings {
  readonly contracts: readonly Action[];
  readonly breakers: Breakers;
  /** Calls of one action from this node at once. */
  readonly atOnce: number;
  /** Milliseconds before the second and the third try; chance is added. */
  readonly waits: readonly number[];
  readonly now: () => number;
}

interface Options {
  timeout?: number;
  [more: string]: unknown;
}
type Call = (name: string, params?: unknown, options?: Options) => Promise<unknown>;

/** Asking twice is asking once. */
export const isRepeatable = ({ idempotent, route }: Action): boolean =>
  idempotent === true || route?.startsWith("GET ") === true;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface Trying {
  ask(options: Options | undefined): Promise<unknown>;
  options: Options | undefined;
  /** When the caller's time is over. */
  until: number;
  mayTryAgain(error: unknown): boolean;
}

/** Asks again after failures that pass, the first of which is known, for as long as there is time. */
async function again(
  first: unknown,
  { ask, options, until, mayTryAgain }: Trying,
  { waits, now }: Pick<ResilienceSettings, "waits" | "now">,
): Promise<unknown> {
  let error = first;
  for (let tried = 0; ; tried++) {
    const wait = (waits[tried] ?? Number.POSITIVE_INFINITY) * (1 + Math.random());
    if (!mayTryAgain(error) || now() + wait >= until) throw error;
    await pause(wait);
    const rest = until - now();
    try {
      return await ask(rest === Infinity ? options : { ...options, timeout: rest });
    } catch (failure) {
      error = failure;
    }
  }
}

/** One action's way out of this node. */
function way(contract: Action, next: Call, settings: ResilienceSettings): Call {
  const { name, timeoutMs } = contract;
  const breaker = settings.breakers.of(name);
  const most = contract.atOnce ?? settings.atOnce;
  const mayTryAgain = isRepeatable(contract) ? isPassing : wasNotBegun;
  let running = 0;
  const within = (options: Options | undefined): Options | undefined =>
    timeoutMs !== undefined && options?.timeout === undefined
      ? { ...options, timeout: timeoutMs }
      : options;
  const done = (value: unknown) => {
    running--;
    breaker.succeeded();
    return value;
  };
  const failed = (error: unknown, isProbe: boolean) => {
    running--;
    breaker.threw(error ?? new Error("It failed."), isProbe);
    throw error;
  };
  return (_, params, given) => {
    if (running >= most) return Promise.reject(BulkheadFull({ target: name }));
    let isProbe: boolean;
    try {
      isProbe = breaker.admit();
    } catch (error) {
      return Promise.reject(error);
    }
    running++;
    const options = within(given);
    const ask = (rest: Options | undefined) => next(name, params, rest);
    const until = options?.timeout ? settings.now() + options.timeout : Number.POSITIVE_INFINITY;
    // What is answered at once, nearly everything, costs one turn of the loop and no more.
    return ask(options).then(done, (error: unknown) =>
      mayTryAgain(error)
        ? again(error, { ask, options, until, mayTryAgain }, settings).then(done, (last) =>
            failed(last, isProbe),
          )
        : failed(error, isProbe),
    );
  };
}

export function resilience(settings: ResilienceSettings) {
  const { contracts } = settings;
  return {
    name: "Resilience",
    call(next: Call): Call {
      const ways = new Map(contracts.map((one) => [one.name, way(one, next, settings)]));
      return (name, params, options) => (ways.get(name) ?? next)(name, params, options);
    },
  };
}
