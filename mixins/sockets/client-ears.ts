/** Rooms that a client is in and events that it hears, also after a reconnect. */
import type { Line } from "./client-line.ts";

export type Forget = () => Promise<void>;
type Handler = (data: unknown) => void;
type OnPresence = (count: number) => void;

const keyOf = (event: string, room: string | null | undefined): string => `${event} ${room ?? ""}`;

export class Ears {
  readonly #line: Line;
  readonly #failed: (error: Error) => void;
  readonly #heard = new Map<string, { event: string; room?: string; handlers: Set<Handler> }>();
  readonly #rooms = new Map<string, Set<OnPresence>>();

  constructor(line: Line, failed: (error: Error) => void) {
    [this.#line, this.#failed] = [line, failed];
    line.socket.on("connect", () => void this.#again());
    line.socket.on("heard", (event, data, room) => {
      for (const handler of this.#heard.get(keyOf(event, room))?.handlers ?? []) handler(data);
    });
    line.socket.on("presence", (room, count) => {
      for (const told of this.#rooms.get(room) ?? []) told(count);
    });
  }

  /** @throws Refused */
  async hear(event: string, room: string | undefined, handler: Handler): Promise<Forget> {
    const key = keyOf(event, room);
    const known = this.#heard.get(key);
    const entry = known ?? { event, ...(room ? { room } : {}), handlers: new Set<Handler>() };
    this.#heard.set(key, entry);
    entry.handlers.add(handler);
    const forget = (): boolean => entry.handlers.delete(handler) && entry.handlers.size === 0;
    try {
      if (!known) await this.#line.say((to) => to.emitWithAck("hear", { event, room }));
    } catch (error) {
      if (forget()) this.#heard.delete(key);
      throw error;
    }
    return async () => {
      if (!forget()) return;
      this.#heard.delete(key);
      if (!this.#line.socket.connected) return;
      await this.#line.say((to) => to.emitWithAck("unhear", { event, room }));
    };
  }

  /** @throws Refused */
  async join(room: string, onPresence: OnPresence = () => undefined): Promise<Forget> {
    const told = this.#rooms.get(room) ?? new Set<OnPresence>();
    this.#rooms.set(room, told.add(onPresence));
    const forget = (): boolean => told.delete(onPresence) && told.size === 0;
    try {
      const { count } = await this.#enter(room);
      onPresence(count);
    } catch (error) {
      if (forget()) this.#rooms.delete(room);
      throw error;
    }
    return async () => {
      if (!forget()) return;
      this.#rooms.delete(room);
      if (this.#line.socket.connected) await this.#line.say((to) => to.emitWithAck("leave", room));
    };
  }

  #enter(room: string): Promise<{ count: number }> {
    return this.#line.say((to) => to.emitWithAck("join", room));
  }

  /** A new socket is nowhere and hears nothing yet. */
  async #again(): Promise<void> {
    try {
      for (const room of this.#rooms.keys()) await this.#enter(room);
      for (const { event, room } of this.#heard.values()) {
        await this.#line.say((to) => to.emitWithAck("hear", { event, room }));
      }
    } catch (error) {
      // A break in between begins it anew with the next connection.
      if (this.#line.socket.connected) this.#failed(error as Error);
    }
  }
}
