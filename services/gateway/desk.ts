/** Finds who answers a request: a radix tree of the door's paths, and the rules of HTTP around it. */

import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import findMyWay from "find-my-way";
import { type Cors, isRequestId, preflight } from "../../mixins/http/headers.ts";
import { UrlInvalid } from "../../mixins/http/refusals.ts";
import type { Answerer } from "./asking.ts";
import { type Exchange, exchange } from "./exchange.ts";
import { MethodRefused, PathUnknown, RequestMalformed } from "./refusals.ts";
import type { Sender } from "./sender.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
type Verb = (typeof methods)[number];

interface Place {
  answer: Answerer;
  pattern: string;
  /** Addresses that fit the pattern and are another path's: `/v1/imports/files` is no import. */
  others: Set<string>;
}
interface Found {
  place: Place | undefined;
  params: Record<string, string | undefined>;
  query: string;
}

export interface Desk {
  on(method: Verb, pattern: string, answer: Answerer): void;
  find(method: string, url: string): Found | undefined;
  take(req: IncomingMessage, res: ServerResponse): void;
}

const nobody = () => {};

/** What is wrong with the Host header (RFC 9112, 3.2): who stands before the door may read another. */
function hostFault({ rawHeaders, headers, httpVersionMinor }: IncomingMessage): string | undefined {
  if (headers.host === undefined)
    return httpVersionMinor === 1 ? "it has no Host header" : undefined;
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === "host") hosts++;
  }
  return hosts > 1 ? "it has more than one Host header" : undefined;
}

const hasNames = (pattern: string): boolean => pattern.includes(":");
const fits = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replace(/:\w+/g, "[^/]+")}$`).test(path);
const pathOf = (url: string): string => url.split("?", 1)[0] ?? "";

/** Notes which of the paths that are spelt out fit into which pattern. */
function kept(place: Place, places: Place[]): void {
  for (const other of places) {
    const [named, spelt] = hasNames(place.pattern) ? [place, other] : [other, place];
    if (hasNames(named.pattern) && !hasNames(spelt.pattern) && fits(named.pattern, spelt.pattern))
      named.others.add(spelt.pattern);
  }
  places.push(place);
}

export function desk(send: Sender, { of: originOf }: Cors): Desk {
  const places: Place[] = [];
  const router = findMyWay({
    maxParamLength: 200,
    // The query is read by the contract's own reading, and only where there is one.
    querystringParser: (text) => text,
    onBadUrl: nobody,
  });

  function find(method: string, url: string): Found | undefined {
    const found = router.find(method as Verb, url);
    if (!found) return undefined;
    const { others } = (found.store ?? {}) as Partial<Place>;
    if (others && others.size > 0 && others.has(pathOf(url))) return undefined;
    const query = found.searchParams as unknown as string | undefined;
    return { place: found.store ?? undefined, params: found.params, query: query ?? "" };
  }

  /** What is possible at this address. */
  function allowed(url: string): string {
    const possible: string[] = methods.filter((method) => find(method, url));
    if (possible.length === 0) return "";
    if (possible[0] === "GET") possible.splice(1, 0, "HEAD");
    return [...possible, "OPTIONS"].join(", ");
  }

  function options(x: Exchange, allow: string): void {
    const { origin } = x.req.headers;
    const open = originOf(origin).length > 0;
    send.head(x, 204, send.nothing, ["Allow", allow, ...(open ? preflight(allow) : [])]);
    x.res.end();
  }

  function unmatched(x: Exchange): void {
    const { method = "", url = "" } = x.req;
    const allow = allowed(url);
    if (allow === "") send.problem(x, PathUnknown({ path: url.slice(0, 200) }));
    else if (method === "OPTIONS") options(x, allow);
    else send.problem(x, MethodRefused({ method, allow }));
  }

  return {
    find,
    on(method, pattern, answer) {
      const place: Place = { answer, pattern, others: new Set() };
      kept(place, places);
      router.on(method, pattern, nobody, place);
      if (method === "GET") router.on("HEAD", pattern, nobody, place);
    },
    take(req, res) {
      const given = req.headers["x-request-id"];
      const found = find(req.method ?? "", req.url ?? "");
      const id = isRequestId(given) ? given : randomUUID();
      const x = exchange(req, res, id, found?.place?.pattern);
      const reason = hostFault(req);
      if (reason) return send.problem(x, RequestMalformed({ reason }));
      if (found?.place) found.place.answer(x, found.params, found.query);
      else if (found) send.problem(x, UrlInvalid({ reason: "its path cannot be decoded" }));
      else unmatched(x);
    },
  };
}
