/** One request: what becomes known about it on its way to the answer, and its body. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { readJson } from "../../mixins/http/json.ts";
import { BodyInvalid } from "../../mixins/http/refusals.ts";
import type { Caller } from "../shared/contract.ts";
import { BodyTooLarge, MediaTypeRefused, RequestTooSlow } from "./refusals.ts";

export interface Exchange {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The id of the request: taken over from the asker or new. */
  readonly id: string;
  /** The pattern of the path that answers. */
  readonly route: string | undefined;
  /** When it came, `performance.now()`. */
  readonly began: number;
  /** Headers for whatever the answer will be, names and values in turn. */
  readonly more: string[];
  /** Who asks and from where, as far as it is known yet. */
  caller: Caller | undefined;
  address: string;
  /** `traceparent` of what happens here. */
  trace: string | undefined;
}

/** A request that has come. */
export const exchange = (req: IncomingMessage, res: ServerResponse, id: string, route?: string) =>
  ({
    req,
    res,
    id,
    route,
    began: performance.now(),
    more: [],
    caller: undefined,
    address: "",
    trace: undefined,
  }) as Exchange;

export interface BodyLimits {
  /** Bytes of a JSON body at most. */
  readonly bytes: number;
  /** Milliseconds in which a JSON body has to arrive, and between two pieces of an upload. */
  readonly ms: number;
}

const announced = (req: IncomingMessage): number => Number(req.headers["content-length"] ?? 0);
const isChunked = (req: IncomingMessage): boolean => req.headers["transfer-encoding"] !== undefined;
export const hasBody = (req: IncomingMessage): boolean => isChunked(req) || announced(req) > 0;

/**
 * Before a body is read: is it what is wanted, and small enough as far as it says?
 * An asker who waits for leave (`Expect: 100-continue`) gets it here.
 *
 * @throws MEDIA_TYPE_REFUSED, BODY_TOO_LARGE
 */
export function admitBody({ req, res }: Exchange, wanted: RegExp, name: string, most: number) {
  const type = req.headers["content-type"] ?? "without a type";
  if (!wanted.test(type)) throw MediaTypeRefused({ given: type.slice(0, 100), wanted: name });
  const encoding = req.headers["content-encoding"];
  if (encoding !== undefined && encoding !== "identity") {
    throw MediaTypeRefused({ given: `encoded as ${encoding.slice(0, 30)}`, wanted: "it plain" });
  }
  if (announced(req) > most) throw BodyTooLarge({ limit: most });
  if (req.headers.expect !== undefined) res.writeContinue();
}

/**
 * All bytes of a body.
 *
 * @throws BODY_TOO_LARGE, REQUEST_TOO_SLOW; BODY_INVALID if the asker goes away
 */
function readBytes(req: IncomingMessage, { bytes, ms }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (error: Error) => {
      clearTimeout(late);
      req.removeAllListeners("data");
      reject(error);
    };
    const late = setTimeout(() => fail(RequestTooSlow()), ms);
    req.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > bytes) fail(BodyTooLarge({ limit: bytes }));
      else chunks.push(chunk);
    });
    req.once("end", () => {
      clearTimeout(late);
      resolve(Buffer.concat(chunks, size));
    });
    const cut = () => req.complete || fail(BodyInvalid({ reason: "it ended too early" }));
    req.once("close", cut).once("error", cut);
    if (req.destroyed) cut();
  });
}

const isJson = /^application\/(?:json|[\w.-]+\+json)\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/** Of a signed body every byte counts: it is handed on as it came, with the headers that sign it. */
export async function rawBody(x: Exchange, limits: BodyLimits, names: readonly string[]) {
  if (hasBody(x.req)) admitBody(x, /^/, "anything", limits.bytes);
  const body = hasBody(x.req) ? await readBytes(x.req, limits) : Buffer.alloc(0);
  const headers = names.flatMap((name) => {
    const value = x.req.headers[name.toLowerCase()];
    return typeof value === "string" ? [[name.toLowerCase(), value]] : [];
  });
  return { body: body.toString("base64"), headers: Object.fromEntries(headers) };
}

/** The JSON body of a request, `{}` where there is none. */
export async function jsonBody(x: Exchange, limits: BodyLimits): Promise<unknown> {
  if (!hasBody(x.req)) return {};
  admitBody(x, isJson, "application/json in UTF-8", limits.bytes);
  return readJson(await readBytes(x.req, limits));
}
