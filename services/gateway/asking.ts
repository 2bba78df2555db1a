/** From a request to an actor and back: parameters in, the answer or the problem out. */

import type { Headers } from "../../mixins/http/headers.ts";
import type { Served } from "../../mixins/objects/serving.ts";
import type { Once } from "../../mixins/resilience/once.ts";
import type { Responses } from "../../mixins/resilience/responses.ts";
import { clock } from "../shared/clock.ts";
import type { Action, Caller, Door, Role } from "../shared/contract.ts";
import { type Choose, type Enter, optionsOf } from "./entry.ts";
import type { Exchange } from "./exchange.ts";
import { type BodyLimits, jsonBody, rawBody } from "./exchange.ts";
import { answerKept, bytesOf, keepingOf, keyOf } from "./keeping.ts";
import { PathUnknown } from "./refusals.ts";
import { doOnce } from "./repeating.ts";
import { type DoorRoute, paramsByBody, paramsByQuery, refuseQuery } from "./routes.ts";
import type { Sender } from "./sender.ts";
import { byTicket, receive, sendObject, type Transfers } from "./transfer.ts";

type Given = Record<string, string | undefined>;
/** Answers one request; never throws. */
export type Answerer = (x: Exchange, fromPath: Given, query: string) => void;

export interface House {
  readonly door: Door;
  readonly enter: Enter;
  readonly choose: Choose;
  readonly send: Sender;
  readonly limits: BodyLimits;
  readonly transfers: Transfers;
  /** What doors keep; nothing is kept where it is absent. */
  readonly responses?: Responses | undefined;
  /** Remembers what was done under an Idempotency-Key. */
  readonly once?: Once | undefined;
  /** Told of an actor that was asked to change something. */
  readonly wrote: (actor: string) => void;
}

/** Bytes of JSON that whoever comes along may send where a contract does not say more. */
const fromAnybody = 32_768;

function limitsOf({ maxBytes, rawBody: raw }: Action, needs: Role, limits: BodyLimits): BodyLimits {
  const isOpen = (needs === "guest" || needs === "viewer") && !raw;
  const usual = isOpen ? Math.min(fromAnybody, limits.bytes) : limits.bytes;
  return { ...limits, bytes: maxBytes ?? usual };
}

type Task = (x: Exchange, fromPath: Given, query: string) => Promise<void>;
const caught =
  (send: Sender, task: Task): Answerer =>
  (x, fromPath, query) => {
    task(x, fromPath, query).catch((error: unknown) => send.problem(x, error));
  };

/** Reading, by path and query: the hot path. */
function reading(house: House, { contract, needs, ...route }: DoorRoute): Task {
  const { door, send, enter, choose, responses } = house;
  const shared = door === "public" && contract.cacheSeconds !== undefined;
  const base = send.base(send.json, shared ? contract.cacheSeconds : undefined);
  const keeping = responses && keepingOf(contract, shared);
  // What everybody may read is asked for as a guest: it is the same for everybody.
  const guest: Caller = Object.freeze({ id: "guest", role: "guest", door });
  return async (x, fromPath, query) => {
    const caller = await enter(x, contract, needs);
    const target = choose(contract, caller);
    const asker = shared ? guest : caller;
    const ask = async () => {
      const params = paramsByQuery({ contract, needs, ...route }, fromPath, query);
      return bytesOf(await target.ask(params, optionsOf(x, contract, asker)));
    };
    if (!keeping) return send.tagged(x, base, await ask(), []);
    const { seconds, madeOf } = keeping;
    const key = keyOf(x, target, caller, keeping);
    const wanted = { key, seconds, madeOf, ask };
    return answerKept(x, send, base, { ...wanted, responses, now: clock.now });
  };
}

const again = ["Idempotency-Replayed", "true"];

/** Everything else: bodies, bytes, other statuses than 200. */
function doing(house: House, route: DoorRoute): Task {
  const { send, enter, choose, limits, transfers } = house;
  const { contract, needs } = route;
  const base: Headers = send.base(send.json);
  const bodyOf = async (x: Exchange, fromPath: Given, query: string): Promise<object> => {
    if (!route.byQuery) {
      if (query !== "") refuseQuery(contract.name, query);
      return paramsByBody(route, fromPath, await jsonBody(x, limitsOf(contract, needs, limits)));
    }
    const params = paramsByQuery(route, fromPath, query);
    const { rawBody: raw } = contract;
    const most = limitsOf(contract, needs, limits);
    return raw ? { ...params, ...(await rawBody(x, most, raw.headers)) } : params;
  };
  return async (x, fromPath, query) => {
    const caller = await enter(x, contract, needs);
    const target = choose(contract, caller);
    const options = optionsOf(x, contract, caller);
    const tell = (params: object, asked: unknown = params) =>
      doOnce(house, { x, contract, caller, asked }, () => target.ask(params, options));
    if (contract.form && query !== "") refuseQuery(contract.name, query);
    const bytes = contract.upload ?? contract.form;
    const params = bytes ? {} : await bodyOf(x, fromPath, query);
    if (contract.ticket) return byTicket(x, send, transfers, params);
    if (contract.download) {
      return sendObject(x, send, transfers, [(await target.ask(params, options)) as Served]);
    }
    const done = bytes
      ? await receive(x, route, transfers, [fromPath, query], tell)
      : await tell(params);
    const { status, text } = done.answer;
    send.plain(x, status, base, done.again ? [...again] : [], text);
  };
}

/** How a path of a contract is answered. */
export function answererOf(house: House, route: DoorRoute): Answerer {
  const { contract, method } = route;
  const reads = method === "GET" && !contract.download && (contract.status ?? 200) === 200;
  return caught(house.send, reads ? reading(house, route) : doing(house, route));
}

/** `POST /v1/call/{action}`: any contract that opens this door, by its name. */
export function callByName(house: House, contracts: ReadonlyMap<string, Action>): Answerer {
  const { door, send, enter, choose, limits } = house;
  const base = send.base(send.json);
  return caught(send, async (x, { action = "" }, query) => {
    const contract = contracts.get(action);
    const needs = contract?.opens?.[door];
    if (!contract || !needs) throw PathUnknown({ path: `/v1/call/${action}` });
    const caller = await enter(x, contract, needs);
    if (query !== "") refuseQuery(contract.name, query);
    const params = (await jsonBody(x, limitsOf(contract, needs, limits))) as object;
    const options = optionsOf(x, contract, caller);
    const ask = () => choose(contract, caller).ask(params, options);
    const { answer, again: repeated } = await doOnce(
      house,
      { x, contract, caller, asked: params },
      ask,
    );
    send.plain(x, answer.status, base, repeated ? [...again] : [], answer.text);
  });
}
