/**
 * The HTTP server of a door: its limits and times. What node's parser refuses never becomes a
 * request; it is answered here, on the bare socket.
 */
import { randomUUID } from "node:crypto";
import { createServer, type RequestListener, type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { problemType, security } from "../../mixins/http/headers.ts";
import { answerTo } from "./problems.ts";
import { HeadersTooLarge, MethodRefused, RequestMalformed, RequestTooSlow } from "./refusals.ts";

/** Milliseconds. Keep-alive outlasts the idle time of usual balancers (60 s). */
export const timeouts = {
  headers: 10_000,
  /** In which a JSON body has to arrive, and between two pieces of an upload. */
  body: 30_000,
  keepAlive: 75_000,
  /** How long a stop waits for answers before it cuts connections. */
  stop: 10_000,
};

/** The whole answer as it goes over the wire, to HEAD without its body; the connection ends with it. */
function rawAnswer(error: Error, id: string, isHead: boolean): string {
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
  return `${lines}\r\n${isHead ? "" : text}`;
}

/** The parser's fault as a problem; its codes are node's. */
function refusalOf(code: string | undefined, reason: string | undefined): Error {
  if (code === "HPE_HEADER_OVERFLOW") return HeadersTooLarge();
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return RequestTooSlow();
  return RequestMalformed({ reason: reason ?? "it cannot be read" });
}

interface ParserError extends Error {
  code?: string;
  reason?: string;
  /** What could not be read. */
  rawPacket?: Buffer;
}

/** An asker who is refused may still be sending: it is listened to for so long, unheard. */
const lingerMs = 1_000;
const refused = new WeakSet<Socket>();

function refuse(socket: Socket, error: Error, isHead = false): void {
  refused.add(socket);
  socket.end(rawAnswer(error, randomUUID(), isHead));
  socket.resume();
  const late = setTimeout(() => socket.destroy(), lingerMs);
  socket.once("close", () => clearTimeout(late));
}

/** Listener for `clientError`. An answer that is half written is not written into. */
function onClientError(error: ParserError, socket: Socket): void {
  if (refused.has(socket)) return;
  const current: unknown = Reflect.get(socket, "_httpMessage");
  const begun = current instanceof Object && Reflect.get(current, "headersSent") === true;
  if (error.code === "ECONNRESET" || !socket.writable || begun) return void socket.destroy();
  const isHead = error.rawPacket?.subarray(0, 5).toString("latin1") === "HEAD ";
  refuse(socket, refusalOf(error.code, error.reason), isHead);
}

/** Listener for `connect`: the house is no proxy. */
function onConnect(_req: unknown, socket: Socket): void {
  socket.on("error", () => socket.destroy());
  refuse(socket, MethodRefused({ method: "CONNECT", allow: "GET, POST" }));
}

/** @param take answers a request */
export function serverOf(take: RequestListener, limits: typeof timeouts): Server {
  const server = createServer(
    {
      headersTimeout: limits.headers,
      connectionsCheckingInterval: Math.min(5_000, limits.headers),
      // Bodies have their own time: a large upload may take as long as it moves.
      requestTimeout: 0,
      keepAliveTimeout: limits.keepAlive,
      maxHeaderSize: 16_384,
      // Refused by the desk, which says why.
      requireHostHeader: false,
    },
    take,
  );
  // Leave to send a body is given where the body is wanted.
  server.on("checkContinue", take).on("checkExpectation", take);
  return server.on("clientError", onClientError).on("connect", onConnect);
}

/** The server; where its port is taken and nobody has asked for that one, it takes another. */
export function listening(server: Server, { door, yields }: { door: string; yields?: boolean }) {
  if (!yields) {
    // Heard before the gateway, which then ends the node and says this.
    return server.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") return;
      const other = `Set ${door.toUpperCase()}_PORT to another one, or see who has this: bijou doctor`;
      error.stack = `${error.message}. ${other}`;
    });
  }
  const listen = server.listen.bind(server) as (port: number, host: string) => Server;
  const other = (port: number, host: string, done: () => void): Server => {
    // Whoever hears of errors ends the node for this one too: not before the other port was tried.
    const hearing = server.listeners("error") as ((error: Error) => void)[];
    const heard = () => {
      server.removeAllListeners("error");
      for (const one of hearing) server.on("error", one);
    };
    server.removeAllListeners("error").once("error", (error: NodeJS.ErrnoException) => {
      heard();
      if (error.code === "EADDRINUSE") listen(0, host);
      else server.emit("error", error);
    });
    server.once("listening", heard).once("listening", done);
    return listen(port, host);
  };
  return Object.assign(server, { listen: other });
}
