/** From a request to an actor and back: parameters in, the answer or the problem out. */
import type { ServiceBroker } from "moleculer";
import type { Action, Door, Meta } from "../shared/contract.ts";
import { ParamsInvalid } from "../shared/problem.ts";
import { type BodyLimits, jsonBody } from "./body.ts";
import type { Exchange, Sender } from "./exchange.ts";
import type { Headers } from "./headers.ts";
import { languagesOf } from "./languages.ts";
import { admit, type Caller, type Recognise } from "./operator.ts";
import { PathUnknown } from "./refusals.ts";
import { type DoorRoute, paramsByBody, paramsByQuery, refuseQuery } from "./routes.ts";
import { receive, sendObject, type Transfers } from "./transfer.ts";

/** Answers one request; never throws. */
export type Answerer = (
  x: Exchange,
  fromPath: Record<string, string | undefined>,
  query: string,
) => void;

export interface House {
  readonly broker: ServiceBroker;
  readonly door: Door;
  readonly recognise: Recognise;
  readonly send: Sender;
  readonly limits: BodyLimits;
  readonly transfers: Transfers;
}

const keyForm = /^[\x21-\x7e]{1,200}$/;

function idempotencyKey(x: Exchange): string | undefined {
  const key = x.req.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && keyForm.test(key)) return key;
  const fault = { path: "Idempotency-Key", message: "1 to 200 visible ASCII characters" };
  throw ParamsInvalid({ errors: [fault], summary: `${fault.path}: ${fault.message}` });
}

/** What goes along with a call, and nothing else that came from outside. */
function optionsOf(x: Exchange, contract: Action, caller: Caller) {
  const meta: Meta = { caller };
  const languages = x.req.headers["accept-language"];
  if (languages !== undefined) meta.languages = languagesOf(languages) as string[];
  const key = contract.claims ? idempotencyKey(x) : undefined;
  if (key !== undefined) meta.idempotencyKey = key;
  return contract.timeoutMs === undefined
    ? { meta, requestID: x.id }
    : { meta, requestID: x.id, timeout: contract.timeoutMs };
}

/** The language that a result says it is in. */
function languageOf(result: unknown): string | undefined {
  if (typeof result !== "object" || result === null) return undefined;
  const language: unknown = Reflect.get(result, "language");
  return typeof language === "string" && language !== "und" ? language : undefined;
}

/** Reading, by path and query: the hot path, so without a promise more than the call's own. */
function reading(house: House, route: DoorRoute, base: Headers): Answerer {
  const { broker, send, recognise } = house;
  const { contract, needs } = route;
  return (x, fromPath, query) => {
    const fail = (error: unknown) => send.problem(x, error);
    const done = (result: unknown) => {
      try {
        send.whole(x, base, JSON.stringify(result ?? null), languageOf(result));
      } catch (error) {
        fail(error);
      }
    };
    try {
      const caller = recognise(x.req);
      admit(caller, needs);
      const params = paramsByQuery(route, fromPath, query);
      broker.call(contract.name, params, optionsOf(x, contract, caller)).then(done, fail);
    } catch (error) {
      fail(error);
    }
  };
}

type Task = (
  x: Exchange,
  ...rest: Parameters<Answerer> extends [unknown, ...infer R] ? R : never
) => Promise<void>;
const caught =
  (send: Sender, task: Task): Answerer =>
  (x, fromPath, query) => {
    task(x, fromPath, query).catch((error: unknown) => send.problem(x, error));
  };

/** Everything else: bodies, bytes, other statuses than 200. */
function doing(house: House, route: DoorRoute, base: Headers): Answerer {
  const { broker, send, recognise, limits, transfers } = house;
  const { contract, needs } = route;
  return caught(send, async (x, fromPath, query) => {
    const caller = recognise(x.req);
    admit(caller, needs);
    const options = optionsOf(x, contract, caller);
    const ask = (params: object) => broker.call(contract.name, params, options);
    if (!route.byQuery && query !== "") refuseQuery(contract.name, query);
    const params = route.byQuery
      ? paramsByQuery(route, fromPath, query)
      : paramsByBody(route, fromPath, await jsonBody(x, limits));
    const result: unknown = contract.upload
      ? await receive(x, transfers, contract.upload.maxBytes, (got) => ask({ ...params, ...got }))
      : await ask(params);
    if (contract.download) return sendObject(x, send, transfers, result);
    const text = JSON.stringify(result ?? null);
    send.plain(x, contract.status ?? 200, base, [], text);
  });
}

/** How a path of a contract is answered. */
export function answererOf(house: House, route: DoorRoute): Answerer {
  const { contract, method } = route;
  const kept = house.door === "public" ? contract.cacheSeconds : undefined;
  const base = house.send.base(house.send.json, kept);
  const reads = method === "GET" && !contract.download && (contract.status ?? 200) === 200;
  return reads ? reading(house, route, base) : doing(house, route, base);
}

/** `POST /v1/call/{action}`: any contract that opens this door, by its name. */
export function callByName(house: House, contracts: ReadonlyMap<string, Action>): Answerer {
  const { broker, send, recognise, limits } = house;
  const base = send.base(send.json);
  return caught(send, async (x, { action = "" }, query) => {
    const caller = recognise(x.req);
    const contract = contracts.get(action);
    const needs = contract?.opens?.[house.door];
    if (!contract || !needs) throw PathUnknown({ path: `/v1/call/${action}` });
    admit(caller, needs);
    if (query !== "") refuseQuery(contract.name, query);
    const params = (await jsonBody(x, limits)) as object;
    const result: unknown = await broker.call(
      contract.name,
      params,
      optionsOf(x, contract, caller),
    );
    send.plain(x, contract.status ?? 200, base, [], JSON.stringify(result ?? null));
  });
}
