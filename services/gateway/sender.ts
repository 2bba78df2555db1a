import { brotliCompress, constants, crc32, gzip } from "node:zlib";
import {
  type Cors,
  type Encoding,
  encodingFor,
  type Headers,
  jsonType,
  matchingTag,
  problemType,
  security,
} from "../../mixins/http/headers.ts";
import { spoken } from "../../mixins/http/languages.ts";
import type { Exchange } from "./exchange.ts";
import { answerTo } from "./problems.ts";

export interface SenderSettings {
  readonly cors: Cors;
  readonly compression: boolean;
  /** True while the house stops: connections are then closed after their answer. */
  readonly closing: () => boolean;
  /** Told of what nobody declared. */
  readonly log: (id: string, error: unknown) => void;
  /** Told of every answer as it begins. */
  readonly answered?: ((x: Exchange, status: number) => void) | undefined;
}

/** Smaller bodies gain nothing from compression. */
const compressFromBytes = 1_024;
/** An asker who is answered before all was sent may go on for so long. */
const lingerMs = 2_000;
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** Reads and forgets what the asker still sends, for a while, so that it can read the answer. */
export function finish({ req }: Exchange): void {
  if (req.complete || req.destroyed) return;
  req.resume();
  setTimeout(() => req.complete || req.socket.destroy(), lingerMs).unref();
}

/**
 * What tells one content of a path from the next: CRC-32 and the length. It costs a tenth of SHA-1;
 * two successive contents of one length are taken for the same once in 4 billion changes.
 */
export const tagOf = (body: Buffer): string =>
  `${crc32(body).toString(36)}-${body.length.toString(36)}`;

export function sender({ cors, compression, closing, log, answered }: SenderSettings) {
  const common = [...security(), "Vary", cors.vary, "Content-Type"];
  const problemBase: Headers = [...common, problemType, "Cache-Control", "no-store"];

  function head(x: Exchange, status: number, base: Headers, more: string[]): void {
    const { req, res } = x;
    const headers = [...base, ...x.more, ...more, "X-Request-Id", x.id];
    if (x.trace !== undefined) headers.push("Traceparent", x.trace);
    if (req.headers.origin !== undefined) headers.push(...cors.of(req.headers.origin));
    if (closing()) headers.push("Connection", "close");
    res.writeHead(status, headers);
    answered?.(x, status);
  }

  function plain(x: Exchange, status: number, base: Headers, more: string[], body: Body): void {
    more.push("Content-Length", String(Buffer.byteLength(body)));
    head(x, status, base, more);
    x.res.end(body);
    finish(x);
  }

  function compressed(x: Exchange, base: Headers, more: string[], body: Body, how: Encoding): void {
    const done = (error: Error | null, bytes: Buffer) => {
      if (x.res.destroyed) return;
      if (error) return problem(x, error);
      plain(x, 200, base, [...more, "Content-Encoding", how], bytes);
    };
    if (how === "br") brotliCompress(body, brotli, done);
    else gzip(body, done);
  }

  /** The answer to a question that failed. */
  function problem(x: Exchange, error: unknown): void {
    const language = spoken(x.req.headers["accept-language"]);
    const answer = answerTo(error, x.id, language);
    if (!answer.expected) log(x.id, error);
    if (x.res.headersSent) {
      x.res.destroy();
      return;
    }
    const more = [...answer.headers, "Content-Language", language];
    plain(x, answer.status, problemBase, more, JSON.stringify(answer.body));
  }

  /**
   * A whole body with a strong ETag; 304 where the asker has it already, compressed where asked.
   *
   * @param base headers that are the same for every answer of this path, `Content-Type` included
   */
  function whole(x: Exchange, base: Headers, given: Body, language?: string): void {
    // Made bytes once: for the tag, the length and the wire.
    const body = typeof given === "string" ? Buffer.from(given) : given;
    tagged(x, base, { body, tag: tagOf(body), language }, []);
  }

  /** The same of a body whose tag is known, with headers of this answer. */
  function tagged(x: Exchange, base: Headers, made: Tagged, more: string[]): void {
    const { headers } = x.req;
    const { body, tag: content, language } = made;
    const known = headers["if-none-match"];
    const match = known === undefined ? undefined : matchingTag(known, content);
    if (language !== undefined) more.push("Content-Language", language);
    if (match !== undefined) {
      head(x, 304, base, [...more, "ETag", match]);
      x.res.end();
      finish(x);
      return;
    }
    const accept = headers["accept-encoding"];
    const how =
      compression && accept !== undefined && body.length >= compressFromBytes
        ? encodingFor(accept)
        : undefined;
    more.push("ETag", how ? `"${content}-${how}"` : `"${content}"`);
    if (how) compressed(x, base, more, body, how);
    else plain(x, 200, base, more, body);
  }

  return {
    problem,
    whole,
    tagged,
    head,
    plain,
    /** Headers of a path: made once. `seconds` for which everybody may keep the answer. */
    base(type: string, seconds?: number, csp?: string): Headers {
      const keep = seconds === undefined ? "no-store" : `public, max-age=${seconds}`;
      return [...security(csp), "Vary", cors.vary, "Content-Type", type, "Cache-Control", keep];
    },
    json: jsonType,
    /** Headers of an answer without a body. */
    nothing: [...security(), "Vary", cors.vary] as Headers,
  };
}

type Body = string | Buffer;
/** A body with what tells it from the next, and the language that it is in. */
export interface Tagged {
  readonly body: Buffer;
  readonly tag: string;
  readonly language: string | undefined;
}
export type Sender = ReturnType<typeof sender>;
