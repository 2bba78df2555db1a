/** The line to the house: opened again after every break, with a fresh token where one is wanted. */
import { io, type Socket } from "socket.io-client";
import type { LineOptions } from "./client-options.ts";
import { type Refused, refusalOf, resultOf } from "./client-refusal.ts";
import {
  type Answer,
  type EndReason,
  socketPath,
  type ToClient,
  type ToServer,
} from "./protocol.ts";

export type ClientSocket = Socket<ToClient, ToServer>;

/** A newer socket would run into these again. */
const final: readonly EndReason[] = ["flood", "binary"];
/** A token that was refused is renewed so often in a row. */
const mostRefusals = 2;

export class Line {
  readonly socket: ClientSocket;
  readonly #options: LineOptions;
  #token: string | undefined;
  #refreshing: Promise<string | undefined> | undefined;
  #refusals = 0;
  #closed = false;
  #ended: EndReason | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#token = options.token;
    this.socket = io(options.url, {
      path: socketPath,
      transports: ["websocket"],
      forceNew: true,
      autoConnect: false,
      reconnectionDelay: 200,
      reconnectionDelayMax: 5_000,
      auth: (give) => give(this.#token === undefined ? {} : { token: this.#token }),
      ...(options.headers ? { extraHeaders: options.headers } : {}),
    });
    this.#listen();
  }

  /** Says something and waits for the answer. @throws Refused; Error when none came in time */
  async say<T>(words: (to: Saying) => Promise<unknown>): Promise<T> {
    const answer = await words(this.socket.timeout(this.#options.timeoutMs ?? 15_000));
    return resultOf(answer as Answer<T>);
  }

  async authenticate(token: string): Promise<void> {
    this.#token = token;
    await this.say((to) => to.emitWithAck("authenticate", token));
  }

  close(): void {
    clearTimeout(this.#again);
    this.#closed = true;
    this.socket.disconnect();
  }

  #listen(): void {
    const { socket } = this;
    socket.on("connect", () => {
      [this.#ended, this.#refusals] = [undefined, 0];
    });
    socket.on("expiring", async () => {
      const token = await this.#fresh();
      if (token !== undefined) await this.authenticate(token).catch(this.#failed);
    });
    socket.on("ended", (reason) => this.#end(reason));
    socket.on("disconnect", (_, details) => {
      if (codeOf(details) === tooLarge) this.#end("large");
      void this.#resume();
    });
    socket.on("connect_error", (error) => {
      const refusal = refusalOf(error);
      if (refusal) void this.#refused(refusal);
    });
  }

  #end(reason: EndReason): void {
    this.#ended = reason;
    this.#options.onEnded?.(reason);
  }

  readonly #failed = (error: unknown): void => {
    this.#options.onError?.(error instanceof Error ? error : new Error(String(error)));
  };

  /** One at a time: a refresh token is good for one use. */
  #fresh(): Promise<string | undefined> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(): Promise<string | undefined> {
    try {
      const token = await this.#options.onRefresh?.();
      if (token !== undefined) this.#token = token;
      return token;
    } catch (error) {
      this.#failed(error);
      return undefined;
    }
  }

  /** After a break socket.io comes back by itself: not before there is a token that is good. */
  async #resume(): Promise<void> {
    const ended = this.#ended;
    if (ended !== undefined && final.includes(ended)) this.socket.disconnect();
    if (ended !== "expired" && ended !== "revoked") return;
    this.socket.disconnect();
    if ((await this.#fresh()) !== undefined) this.#open(0);
  }

  /** The handshake was refused: a token may have ended meanwhile, or the node is busy or stops. */
  async #refused(refusal: Refused): Promise<void> {
    if (refusal.status >= 500 || refusal.status === 429) {
      this.#open(1_000 + Math.random() * 1_000);
      return;
    }
    const mayRenew = refusal.status === 401 && this.#refusals++ < mostRefusals;
    if (mayRenew && (await this.#fresh()) !== undefined) this.#open(this.#refusals * 200);
    else this.#failed(refusal);
  }

  #open(afterMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.socket.connect(), afterMs);
  }
}

/** The code with which a WebSocket was closed (RFC 6455, 7.4.1). */
const tooLarge = 1_009;
function codeOf(details: unknown): unknown {
  const context = typeof details === "object" && details ? Reflect.get(details, "context") : null;
  return typeof context === "object" && context ? Reflect.get(context, "code") : undefined;
}

/** The socket with a time limit on its answers. */
export type Saying = ReturnType<ClientSocket["timeout"]>;
