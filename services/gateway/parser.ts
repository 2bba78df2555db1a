/** What node's HTTP parser refuses never becomes a request; it is answered on the bare socket. */
import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { problemType, security } from "./headers.ts";
import { answerTo } from "./problems.ts";
import { HeadersTooLarge, MethodRefused, RequestMalformed, RequestTooSlow } from "./refusals.ts";

/** The whole answer as it goes over the wire; the connection ends with it. */
export function rawAnswer(error: Error, id: string): string {
  const { status, body, headers } = answerTo(error, id, "en");
  const text = JSON.stringify(body);
  const all = [
    ...security(),
    ...headers,
    ...["Content-Type", problemType, "Content-Length", String(Buffer.byteLength(text))],
    ...["X-Request-Id", id, "Cache-Control", "no-store", "Connection", "close"],
  ];
  let lines = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
  for (let at = 0; at < all.length; at += 2) lines += `${all[at]}: ${all[at + 1]}\r\n`;
  return `${lines}\r\n${text}`;
}

/** The parser's fault as a problem; its codes are node's. */
export function refusalOf(code: string | undefined, reason: string | undefined): Error {
  if (code === "HPE_HEADER_OVERFLOW") return HeadersTooLarge();
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return RequestTooSlow();
  return RequestMalformed({ reason: reason ?? "it cannot be read" });
}

interface ParserError extends Error {
  code?: string;
  reason?: string;
}

/** An asker who is refused may still be sending: it is listened to for so long, unheard. */
const lingerMs = 1_000;
const refused = new WeakSet<Socket>();

function refuse(socket: Socket, error: Error): void {
  refused.add(socket);
  socket.end(rawAnswer(error, randomUUID()));
  socket.resume();
  const late = setTimeout(() => socket.destroy(), lingerMs);
  socket.once("close", () => clearTimeout(late));
}

/** Listener for `clientError`. An answer that is half written is not written into. */
export function onClientError(error: ParserError, socket: Socket): void {
  if (refused.has(socket)) return;
  const current: unknown = Reflect.get(socket, "_httpMessage");
  const begun = current instanceof Object && Reflect.get(current, "headersSent") === true;
  if (error.code === "ECONNRESET" || !socket.writable || begun) socket.destroy();
  else refuse(socket, refusalOf(error.code, error.reason));
}

/** Listener for `connect`: the house is no proxy. */
export function onConnect(_req: unknown, socket: Socket): void {
  socket.on("error", () => socket.destroy());
  refuse(socket, MethodRefused({ method: "CONNECT", allow: "GET, POST" }));
}
