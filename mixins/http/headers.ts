/** The headers of answers: made once where they can be, small rules where not. Pure. */

/** Names and values in turn, as node:http writes them fastest. */
export type Headers = readonly string[];

export const jsonType = "application/json; charset=utf-8";
export const problemType = "application/problem+json; charset=utf-8";
const policy = "default-src 'none'; frame-ancestors 'none'";

/** What every answer says to browsers: nothing in it is to be run, sniffed, framed or leaked. */
export const security = (csp = policy): Headers => [
  "X-Content-Type-Options",
  "nosniff",
  "Content-Security-Policy",
  csp,
  "Referrer-Policy",
  "no-referrer",
];

const exposed =
  "ETag, X-Request-Id, Retry-After, Content-Language, Content-Disposition, Content-Range, Age, " +
  "RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Idempotency-Replayed, Traceparent";
const allowedHeaders =
  "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-None-Match, Range, " +
  "Traceparent, X-Api-Key, X-Request-Id";

/** Who may read the answers from a page of another origin: the listed, or all by `*`. */
export interface Cors {
  /** What answers vary by. */
  readonly vary: string;
  /** Headers for a request from this origin; empty where a foreign one gets nothing. */
  of(origin: string | undefined): Headers;
}

export function cors(origins: readonly string[]): Cors {
  const allow = (origin: string) => [
    "Access-Control-Allow-Origin",
    origin,
    "Access-Control-Expose-Headers",
    exposed,
  ];
  const everybody = origins.includes("*") ? allow("*") : undefined;
  const some = new Map(origins.map((origin) => [origin, allow(origin)]));
  const vary = "Accept-Encoding, Accept-Language";
  return {
    vary: some.size > 0 && !everybody ? `${vary}, Origin` : vary,
    of: (origin) => (origin === undefined ? [] : (everybody ?? some.get(origin) ?? [])),
  };
}

/** What a preflight is told beside the origin: kept by browsers for ten minutes. */
export const preflight = (allow: string): Headers => [
  "Access-Control-Allow-Methods",
  allow,
  "Access-Control-Allow-Headers",
  allowedHeaders,
  "Access-Control-Max-Age",
  "600",
];

export type Encoding = "br" | "gzip";
const encodings = new Map<string, Encoding | undefined>();
const mostKnown = 200;

function negotiate(header: string): Encoding | undefined {
  const accepted = new Map<string, number>();
  for (const part of header.toLowerCase().slice(0, 300).split(",")) {
    const [name = "", ...parameters] = part.split(";").map((piece) => piece.trim());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    accepted.set(name, q === undefined ? 1 : Number(q.slice(2)) || 0);
  }
  const weight = (name: Encoding) => accepted.get(name) ?? accepted.get("*") ?? 0;
  if (weight("br") === 0 && weight("gzip") === 0) return undefined;
  return weight("br") >= weight("gzip") ? "br" : "gzip";
}

/** The encoding that an asker reads best, of those that the house writes. */
export function encodingFor(accept: string): Encoding | undefined {
  if (encodings.has(accept)) return encodings.get(accept);
  if (encodings.size >= mostKnown) encodings.clear();
  const encoding = negotiate(accept);
  encodings.set(accept, encoding);
  return encoding;
}

/** `W/` and lists included, the tag among them that this hash stands in; `*` matches. */
export function matchingTag(ifNoneMatch: string, hash: string): string | undefined {
  if (ifNoneMatch === "*") return `"${hash}"`;
  return ["", "-br", "-gzip"]
    .map((suffix) => `"${hash}${suffix}"`)
    .find((tag) => ifNoneMatch.includes(tag));
}

/** RFC 6266 with RFC 8187: the name for old readers in ASCII, the true one beside it. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\w.() -]/g, "_").slice(0, 200);
  const full = encodeURIComponent(name.slice(0, 200).toWellFormed()).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}

const safeId = /^[\w.-]{1,100}$/;
/** True for an `X-Request-Id` that may be taken over: letters, digits, `.`, `_`, `-`. */
export const isRequestId = (given: unknown): given is string =>
  typeof given === "string" && safeId.test(given);
