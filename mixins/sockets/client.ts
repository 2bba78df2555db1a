/**
 * The client of the house's sockets: asks, hears and follows what contracts say, typed by them. It
 * comes back by itself after a break, with a fresh token where the old one is over, in the same
 * rooms, and reads in the stream what it missed. Runs in browsers and in node.
 */
import type { z } from "zod";
import type { Action, Event } from "../../services/shared/contract.ts";
import { Ears, type Forget } from "./client-ears.ts";
import { Line } from "./client-line.ts";
import type { LineOptions } from "./client-options.ts";
import { refusalOf } from "./client-refusal.ts";
import { Stream, type StreamOptions } from "./client-stream.ts";
import { type Entry, type EntryPage, streamAction } from "./protocol.ts";

export type { Forget } from "./client-ears.ts";
export { Refused } from "./client-refusal.ts";
export type { EndReason, Entry, ProblemBody } from "./protocol.ts";
export type { LineOptions as ConnectOptions, Stream, StreamOptions };

export class Client {
  readonly #line: Line;
  readonly #ears: Ears;
  readonly #streams = new Set<Stream>();
  readonly #failed: (error: Error) => void;

  constructor(options: LineOptions) {
    this.#line = new Line(options);
    this.#failed = (error) => options.onError?.(error);
    this.#ears = new Ears(this.#line, this.#failed);
    const { socket } = this.#line;
    socket.on("connect", () => {
      for (const stream of this.#streams) stream.resume();
    });
    socket.on("entry", (entry) => {
      for (const stream of this.#streams) stream.take(entry);
    });
    socket.connect();
  }

  get connected(): boolean {
    return this.#line.socket.connected;
  }

  /** Resolves once there is a connection. @throws Refused when the house does not let one in */
  ready(): Promise<void> {
    if (this.connected) return Promise.resolve();
    const { socket } = this.#line;
    return new Promise((resolve, reject) => {
      const opened = () => {
        socket.off("connect_error", failed);
        resolve();
      };
      const failed = (error: Error) => {
        const refusal = refusalOf(error);
        if (!refusal) return;
        socket.off("connect", opened).off("connect_error", failed);
        reject(refusal);
      };
      socket.once("connect", opened).on("connect_error", failed);
    });
  }

  /** Asks an actor. @throws Refused with the problem; Error when no answer came in time */
  ask<P extends z.ZodType, R extends z.ZodType>(
    contract: Action<P, R>,
    params: z.input<P>,
  ): Promise<z.output<R>> {
    return this.#line.say((to) => to.emitWithAck("ask", contract.name, params));
  }

  /**
   * Hears an event from now on; one of a room in that room, which was joined.
   * @returns how to end it
   */
  hear<D extends z.ZodType>(
    contract: Event<D>,
    handler: (data: z.output<D>) => void,
    room?: string,
  ): Promise<Forget> {
    return this.#ears.hear(contract.name, room, handler as (data: unknown) => void);
  }

  /**
   * Enters a room: `film:<id>`.
   * @param onPresence told how many sockets are there, once a second at most
   * @returns how to leave it
   */
  join(room: string, onPresence?: (count: number) => void): Promise<Forget> {
    return this.#ears.join(room, onPresence);
  }

  /** Reads one's own stream from a cursor on until it is stopped: each entry once, in order. */
  stream(options: StreamOptions, handler: (entry: Entry) => void | Promise<void>): Stream {
    const stream = new Stream({
      ...options,
      handler,
      read: (since) =>
        this.#line.say<EntryPage>((to) => to.emitWithAck("ask", streamAction, { since })),
      failed: (error) => this.connected && this.#failed(error),
    });
    this.#streams.add(stream);
    if (this.connected) stream.resume();
    return stream;
  }

  /** Shows a newer token of the same person. @throws Refused */
  authenticate(token: string): Promise<void> {
    return this.#line.authenticate(token);
  }

  close(): void {
    for (const stream of this.#streams) stream.stop();
    this.#line.close();
  }
}

/** Opens a socket; it connects, and goes on trying, by itself. */
export const connect = (options: LineOptions): Client => new Client(options);
