/** How many sockets are in which room: here, and on other nodes as they last said. Pure. */

interface Said {
  count: number;
  at: number;
}

/** What a node does not repeat for so long is forgotten. */
export const forgetMs = 30_000;

export class Presence {
  readonly #here: (room: string) => number;
  readonly #there = new Map<string, Map<string, Said>>();
  readonly #changed = new Set<string>();

  /** @param here sockets of this node in a room */
  constructor(here: (room: string) => number) {
    this.#here = here;
  }

  count(room: string): number {
    let sum = this.#here(room);
    for (const { count } of this.#there.get(room)?.values() ?? []) sum += count;
    return sum;
  }

  /** Somebody came or went here. */
  touch(room: string): void {
    this.#changed.add(room);
  }

  /** Another node told how many are there. */
  hear(node: string, counts: readonly (readonly [string, number])[], now: number): void {
    for (const [room, count] of counts) {
      const before = this.#there.get(room)?.get(node)?.count ?? 0;
      if (before !== count) this.#changed.add(room);
      if (count === 0) this.#drop(room, node);
      else {
        const nodes = this.#there.get(room) ?? new Map<string, Said>();
        this.#there.set(room, nodes.set(node, { count, at: now }));
      }
    }
  }

  /** Forgets what nodes have not repeated. */
  forget(now: number): void {
    for (const [room, nodes] of this.#there) {
      for (const [node, { at }] of nodes) {
        if (now - at < forgetMs) continue;
        this.#drop(room, node);
        this.#changed.add(room);
      }
    }
  }

  /** Rooms that have changed since they were last taken, so many at most; the rest waits. */
  take(most: number): { room: string; here: number; count: number }[] {
    const rooms = [...this.#changed].slice(0, most);
    for (const room of rooms) this.#changed.delete(room);
    return rooms.map((room) => ({ room, here: this.#here(room), count: this.count(room) }));
  }

  #drop(room: string, node: string): void {
    const nodes = this.#there.get(room);
    nodes?.delete(node);
    if (nodes?.size === 0) this.#there.delete(room);
  }
}
