/** Tells rooms and other nodes how many are there: each room once a second at most. */
import { roomOf } from "./allowed.ts";
import type { HouseServer } from "./house.ts";
import { Presence } from "./presence.ts";

const everyMs = 1_000;
/** Rooms told a second at most; the others come the second after. */
const mostRooms = 1_000;
/** All is repeated to other nodes every so many ticks. */
const repeatTicks = 10;

type Counts = [room: string, count: number][];

export class PresenceBoard {
  readonly #io: HouseServer;
  readonly #nodeID: string;
  readonly #clustered: boolean;
  readonly #presence: Presence;
  #ticks = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(io: HouseServer, nodeID: string, clustered: boolean) {
    [this.#io, this.#nodeID, this.#clustered] = [io, nodeID, clustered];
    const { rooms } = io.of("/").adapter;
    this.#presence = new Presence((room) => rooms.get(`room|${room}`)?.size ?? 0);
  }

  count(room: string): number {
    return this.#presence.count(room);
  }

  start(): void {
    const { adapter } = this.#io.of("/");
    const changed = (place: string) => {
      const room = roomOf(place);
      if (room !== undefined) this.#presence.touch(room);
    };
    adapter.on("join-room", changed).on("leave-room", changed);
    if (this.#clustered) {
      // What nodes of the house say to each other is in no map of events.
      this.#io.on(
        "presence" as never,
        ((node: string, counts: Counts) => this.#presence.hear(node, counts, Date.now())) as never,
      );
    }
    this.#timer = setInterval(() => this.#tick(), everyMs).unref();
  }

  /** Nobody is here any more. */
  stop(): void {
    clearInterval(this.#timer);
    if (this.#clustered) this.#say(this.#all().map(([room]) => [room, 0]));
  }

  #tick(): void {
    this.#presence.forget(Date.now());
    const changed = this.#presence.take(mostRooms);
    for (const { room, count } of changed) {
      // Whoever is slow misses a count: the next one is newer.
      this.#io.local.to(`room|${room}`).volatile.emit("presence", room, count);
    }
    if (!this.#clustered) return;
    this.#ticks++;
    const isRepeat = this.#ticks % repeatTicks === 0;
    this.#say(isRepeat ? this.#all() : changed.map(({ room, here }) => [room, here]));
  }

  #all(): Counts {
    const counts: Counts = [];
    for (const [place, { size }] of this.#io.of("/").adapter.rooms) {
      const room = roomOf(place);
      if (room !== undefined) counts.push([room, size]);
    }
    return counts;
  }

  #say(counts: Counts): void {
    if (counts.length > 0) {
      this.#io.serverSideEmit("presence" as never, ...([this.#nodeID, counts] as never[]));
    }
  }
}
