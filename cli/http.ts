/** One HTTP request over node:http, whose failures say what to do next. */
import http, { type IncomingMessage } from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { type Failure, unreachable } from "./failure.ts";

export interface Request {
  method: string;
  headers: Record<string, string>;
  body?: string | Readable;
  /** Milliseconds without a byte after which we give up. */
  idleMs: number;
  signal?: AbortSignal | undefined;
}

const start =
  "Start it (npm start), or name another: --url, or a context (bijou contexts list). Then: bijou doctor";
const sentences: Record<string, [what: string, next: string]> = {
  ECONNREFUSED: ["No house answers", start],
  ENOTFOUND: ["There is no such machine:", "Correct the name in --url or in the context."],
  EAI_AGAIN: ["The name cannot be looked up:", "Is the network there? Then repeat."],
  EHOSTUNREACH: ["No way leads", "Is the network there? Is --url right?"],
  ENETUNREACH: ["No way leads", "Is the network there? Is --url right?"],
  ECONNRESET: ["The connection broke", "The house may be restarting: repeat in a few seconds."],
  EPIPE: ["The connection broke", "The house may be restarting: repeat in a few seconds."],
  ETIMEDOUT: ["No answer in time", "Is the house busy or --url wrong? Repeat, or: bijou doctor"],
};

/** Whether the line broke after it stood: worth another try where asking twice is harmless. */
export const isBroken = ({ facts }: Failure): boolean => facts.type === "CONNECTION_BROKEN";

function lost(url: URL, error: NodeJS.ErrnoException): Failure {
  const code = error.code ?? "";
  const type = code === "ECONNRESET" || code === "EPIPE" ? "CONNECTION_BROKEN" : "UNREACHABLE";
  const said = sentences[code];
  if (said) {
    const [what, next] = said;
    return unreachable(`${what} at ${url.origin}.`, next, { type });
  }
  if (code.startsWith("HPE_")) {
    const next = "Is --url the admin door, and http or https as it speaks?";
    return unreachable(`What answers at ${url.origin} does not speak HTTP.`, next, { type });
  }
  const why = error.message || code || "the connection failed";
  return unreachable(`${url.origin} cannot be reached: ${why}.`, start, { type });
}

/** Resolves with the answer as soon as its head is here. Rejects with a failure, never raw. */
export function send(url: URL, asked: Request): Promise<IncomingMessage> {
  const { method, headers, body, idleMs, signal } = asked;
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === "https:" ? https : http;
    const outgoing = request(url, {
      method,
      headers,
      timeout: idleMs,
      ...(signal ? { signal } : {}),
    });
    outgoing.on("response", resolve);
    outgoing.on("timeout", () =>
      outgoing.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })),
    );
    outgoing.on("error", (error) => reject(signal?.aborted ? signal.reason : lost(url, error)));
    if (body === undefined || typeof body === "string") {
      outgoing.end(body);
      return;
    }
    // The file may fail while it is read: that is not the line's fault and is told as it is.
    body.on("error", (error) => {
      reject(error);
      outgoing.destroy();
    });
    // An answer before the end of the body is a refusal: the rest need not be sent.
    outgoing.on("response", () => body.unpipe(outgoing));
    body.pipe(outgoing);
  });
}

/** The whole body as text; a connection that breaks inside it is a failure too. */
export async function readText(url: URL, response: IncomingMessage): Promise<string> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return Buffer.concat(chunks).toString("utf8");
  } catch (error) {
    throw lost(url, Object.assign(error as Error, { code: "ECONNRESET" }));
  }
}
