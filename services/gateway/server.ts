/** The HTTP server of a door: its limits and times, and what it says before there is a request. */
import { createServer, type RequestListener, type Server } from "node:http";
import { onClientError, onConnect } from "./parser.ts";

/** Milliseconds. Keep-alive outlasts the idle time of usual balancers (60 s). */
export const timeouts = {
  headers: 10_000,
  /** In which a JSON body has to arrive, and between two pieces of an upload. */
  body: 30_000,
  keepAlive: 75_000,
  /** How long a stop waits for answers before it cuts connections. */
  stop: 10_000,
};

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
