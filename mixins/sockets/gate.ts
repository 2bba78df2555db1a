/**
 * Between a door's HTTP server and socket.io: lets in upgrades to sockets from origins that may, and
 * so many of an address, or of a /64 of IPv6. socket.io attached to the server itself would answer
 * HTTP in the door's place, take every other upgrade away from it, and close it.
 */
import { EventEmitter } from "node:events";
import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { bucketOf } from "../limits/address.ts";
import { Tally } from "./bounds.ts";
import { type ProblemBody, socketPath } from "./protocol.ts";
import { OriginRefused, SocketsClosing, TooManySockets } from "./refusals.ts";

export interface GateSettings {
  readonly perAddress: number;
  /** Origins whose pages may open sockets; `*` for all. */
  readonly origins: readonly string[];
  addressOf(req: IncomingMessage): string;
  problem(error: unknown): ProblemBody;
  /** Told of who was not let in. */
  refused(req: IncomingMessage, body: ProblemBody): void;
}

const isOurs = ({ url = "", headers }: IncomingMessage): boolean =>
  url.startsWith(socketPath) && headers.upgrade?.toLowerCase() === "websocket";

/** What socket.io takes for the server. */
export class Gate extends EventEmitter {
  readonly #settings: GateSettings;
  readonly #open = new Set<Duplex>();
  readonly #addresses = new Tally();
  #server: Server | undefined;
  #closing = false;

  constructor(settings: GateSettings) {
    super();
    this.#settings = settings;
  }

  /** Connections that were let in and are there still. */
  get size(): number {
    return this.#open.size;
  }

  attach(server: Server): void {
    this.#server = server;
    server.on("upgrade", this.#take);
    // Other upgrades (h2c) stay ordinary requests, as they are without sockets.
    Object.assign(server, { shouldUpgradeCallback: isOurs });
  }

  /** Lets nobody in any more. */
  shut(): void {
    this.#closing = true;
  }

  /** Called by socket.io when it closes: the door closes its server itself. */
  close(done?: () => void): void {
    done?.();
  }

  /** Ends what is left after so many milliseconds, and lets go of the server. */
  async end(graceMs: number): Promise<void> {
    const until = Date.now() + graceMs;
    while (this.#open.size > 0 && Date.now() < until) {
      await new Promise((done) => setTimeout(done, 10));
    }
    for (const socket of this.#open) socket.destroy();
    this.#server?.off("upgrade", this.#take);
  }

  #hindrance(req: IncomingMessage, address: string): Error | undefined {
    const { origins, perAddress } = this.#settings;
    const { origin } = req.headers;
    if (this.#closing) return SocketsClosing();
    // Who is no page shows no origin.
    if (origin !== undefined && !origins.includes("*") && !origins.includes(origin)) {
      return OriginRefused();
    }
    return this.#addresses.get(address) >= perAddress ? TooManySockets() : undefined;
  }

  readonly #take = (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on("error", () => socket.destroy());
    if (!isOurs(req)) {
      socket.destroy();
      return;
    }
    // Of IPv6 one subscriber has more addresses than could ever be counted.
    const address = bucketOf(this.#settings.addressOf(req));
    const refusal = this.#hindrance(req, address);
    if (refusal) this.#refuse(req, socket, refusal);
    else this.#letIn(req, socket, head, address);
  };

  #letIn(req: IncomingMessage, socket: Duplex, head: Buffer, address: string): void {
    this.#open.add(socket);
    this.#addresses.add(address, 1);
    socket.once("close", () => {
      this.#open.delete(socket);
      this.#addresses.add(address, -1);
    });
    this.emit("upgrade", req, socket, head);
  }

  #refuse(req: IncomingMessage, socket: Duplex, error: Error): void {
    const body = this.#settings.problem(error);
    this.#settings.refused(req, body);
    const text = JSON.stringify(body);
    socket.end(
      `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status]}\r\n` +
        "Content-Type: application/problem+json; charset=utf-8\r\nCache-Control: no-store\r\n" +
        `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    );
    socket.resume();
    setTimeout(() => socket.destroy(), 1_000).unref();
  }
}
