/** One socket: who is behind it, for how long, where it is. Ends when its time is over. */
import type { Socket } from "socket.io";
import type { Caller } from "../../services/shared/contract.ts";
import { places } from "./allowed.ts";
import { warnAt } from "./bounds.ts";
import type { EndReason, ToClient, ToServer } from "./protocol.ts";
import type { Watch } from "./watch.ts";

/** Who was recognised. Times are milliseconds since the epoch; absent where there is no end. */
export interface Known {
  readonly caller: Caller;
  readonly issuedAt?: number;
  readonly expiresAt?: number;
  /** Nobody in particular. */
  readonly anonymous?: boolean;
  /** Of whoever has no session that could be taken back: whether the token is good still. */
  readonly stands?: () => Promise<boolean>;
}

export type HouseSocket = Socket<ToServer, ToClient>;

export class Visitor {
  readonly socket: HouseSocket;
  /** Rooms and events, also those that are being looked at. */
  readonly rooms = new Set<string>();
  readonly heard = new Map<string, { event: string; room: string | undefined }>();
  /** Questions that wait for an answer. */
  pending = 0;
  readonly #watch: Watch;
  readonly #now: () => number;
  #known: Known;
  #timers: NodeJS.Timeout[] = [];

  constructor(socket: HouseSocket, known: Known, watch: Watch, now: () => number) {
    [this.socket, this.#known, this.#watch, this.#now] = [socket, known, watch, now];
    watch.tell = (reason) => socket.emit("ended", reason);
    this.renew(known);
  }

  get known(): Known {
    return this.#known;
  }

  /** Why the house ended it, if it did. */
  get ended(): EndReason | undefined {
    return this.#watch.ended;
  }

  get caller(): Caller {
    return this.#known.caller;
  }

  end(reason: EndReason): void {
    this.#watch.end(reason);
  }

  /** A newer token was shown. */
  renew(known: Known): void {
    const { anonymous, caller } = this.#known;
    if (!anonymous && caller.id !== known.caller.id) void this.socket.leave(places.user(caller.id));
    this.#known = known;
    if (!known.anonymous) void this.socket.join(places.user(known.caller.id));
    this.#setTimers(known.expiresAt);
  }

  /** It is gone. */
  leave(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async enter(room: string): Promise<void> {
    // Who left while the house looked at the room must not be in it for ever.
    if (this.socket.connected && this.rooms.has(room)) await this.socket.join(places.room(room));
  }

  async exit(room: string): Promise<void> {
    this.rooms.delete(room);
    await this.socket.leave(places.room(room));
    for (const [place, wish] of this.heard) if (wish.room === room) await this.ignore(place);
  }

  async listen(event: string, room: string | undefined): Promise<void> {
    const place = places.heard(event, room);
    this.heard.set(place, { event, room });
    await this.socket.join(place);
  }

  async ignore(place: string): Promise<void> {
    this.heard.delete(place);
    await this.socket.leave(place);
  }

  #setTimers(expiresAt: number | undefined): void {
    this.leave();
    if (expiresAt === undefined) return;
    const now = this.#now();
    const warn = () => this.socket.emit("expiring", Math.max(0, expiresAt - this.#now()));
    this.#timers = [
      setTimeout(warn, warnAt(now, expiresAt) - now).unref(),
      setTimeout(() => this.end("expired"), Math.max(0, expiresAt - now)).unref(),
    ];
  }
}
