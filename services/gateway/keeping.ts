/** Reading through what is kept: the key of an answer, and how a kept one goes out. */

import type { Headers } from "../../mixins/http/headers.ts";
import { languagesOf } from "../../mixins/http/languages.ts";
import type { Given, Responses } from "../../mixins/resilience/responses.ts";
import type { Action, Caller } from "../shared/contract.ts";
import type { Target } from "./entry.ts";
import type { Exchange } from "./exchange.ts";
import { type Sender, type Tagged, tagOf } from "./sender.ts";

/** How answers of a path are kept; nothing where they are not. */
export interface Keeping {
  readonly seconds: number;
  /** One answer for everybody: it is asked for as a guest. */
  readonly shared: boolean;
  readonly madeOf: readonly string[];
}

/** At the operator's door everything is as it is now, unless a contract says for whom it is kept. */
export function keepingOf(contract: Action, shared: boolean): Keeping | undefined {
  const { name, cacheSeconds, keepSeconds, madeOf = [], secret } = contract;
  const seconds = shared ? cacheSeconds : keepSeconds;
  if (seconds === undefined || secret) return undefined;
  const [actor = name] = name.split(".", 1);
  return { seconds, shared, madeOf: [actor, ...madeOf] };
}

/** For whom an answer is: everybody, or one caller in one role. */
const whose = ({ id, role, key = "", actor = "" }: Caller): string =>
  `${id} ${role} ${key} ${actor}`;

/** What tells an answer from every other: where it came from, for whom, in which languages, of what. */
export function keyOf({ req }: Exchange, target: Target, caller: Caller, { shared }: Keeping) {
  const languages = req.headers["accept-language"];
  const spoken = languages === undefined ? "" : languagesOf(languages).join();
  const asker = shared ? caller.door : `${caller.door} ${whose(caller)}`;
  return `${target.key}\n${asker}\n${spoken}\n${req.url}`;
}

/** The language that a result says it is in. */
function languageOf(result: unknown): string | undefined {
  if (typeof result !== "object" || result === null) return undefined;
  const language: unknown = Reflect.get(result, "language");
  return typeof language === "string" && language !== "und" ? language : undefined;
}

/** A result as bytes. */
export function bytesOf(result: unknown): Tagged {
  const body = Buffer.from(JSON.stringify(result ?? null));
  return { body, tag: tagOf(body), language: languageOf(result) };
}

/** RFC 9111, 5.5.1 of its predecessor: 110 says that the answer is from before. */
const warning = ["Warning", '110 bijou "Response is Stale"'];

/** Sends what is fresh, asks for the rest. */
export async function answerKept(
  x: Exchange,
  send: Sender,
  base: Headers,
  {
    responses,
    now,
    ...wanted
  }: Parameters<Responses["get"]>[0] & {
    responses: Responses;
    now: () => number;
  },
): Promise<void> {
  const fresh = responses.fresh(wanted.key);
  const { kept, stale }: Given = fresh
    ? { kept: fresh, stale: false }
    : await responses.get(wanted);
  const age = Math.floor((now() - kept.at) / 1_000);
  const more = age > 0 || stale ? ["Age", String(age)] : [];
  send.tagged(x, base, kept, stale ? [...more, ...warning] : more);
}
