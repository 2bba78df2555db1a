/**
 * Watches the connection below a socket: how much comes in, of what kind, and how much waits to go
 * out. What is too much ends it, with a word why where it can still be heard.
 */
import type { Socket } from "socket.io";
import { Bucket, type SocketLimits } from "./bounds.ts";
import type { EndReason } from "./protocol.ts";

export type Connection = Socket["conn"];

/** One who does not take the end is cut off after so long. */
const lingerMs = 1_000;

interface Packet {
  type: string;
  data?: unknown;
}

/** Bytes that the WebSocket has not handed to the kernel yet. */
function heldBack(conn: Connection): number {
  const socket: unknown = Reflect.get(conn.transport, "socket");
  const held = typeof socket === "object" && socket ? Reflect.get(socket, "bufferedAmount") : 0;
  return typeof held === "number" ? held : 0;
}

type Passed = (direction: "in" | "out") => void;

export class Watch {
  readonly #conn: Connection;
  /** Tells the client; there is nobody to tell before it is let in. */
  tell: (reason: EndReason) => void = () => undefined;
  ended: EndReason | undefined;

  /** @param passed is told of every message */
  constructor(conn: Connection, limits: SocketLimits, passed: Passed = () => undefined) {
    this.#conn = conn;
    this.#watchIncoming(new Bucket(limits, performance.now()), passed);
    this.#watchOutgoing(limits.bufferedBytes, passed);
  }

  /** Once; later reasons change nothing. */
  end(reason: EndReason): void {
    if (this.ended) return;
    this.ended = reason;
    this.tell(reason);
    this.#conn.close();
    const { socket } = this.#conn.request;
    const late = setTimeout(() => socket.destroy(), lingerMs).unref();
    socket.once("close", () => clearTimeout(late));
  }

  #watchIncoming(bucket: Bucket, passed: Passed): void {
    this.#conn.on("packet", ({ type, data }: Packet) => {
      if (type === "message") passed("in");
      if (!bucket.take(performance.now())) this.end("flood");
      else if (data !== undefined && typeof data !== "string") this.end("binary");
    });
  }

  /** One answer may be larger than the limit; nothing is added to what is over it. */
  #watchOutgoing(most: number, passed: Passed): void {
    const conn = this.#conn;
    let waiting = 0;
    conn.on("packetCreate", ({ type, data }: Packet) => {
      if (type === "message") passed("out");
      if (waiting + heldBack(conn) > most) this.end("slow");
      waiting += typeof data === "string" ? data.length : 0;
    });
    conn.on("drain", () => {
      waiting = 0;
    });
  }
}
