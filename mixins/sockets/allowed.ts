/** What a door's sockets may ask and hear: what contracts state, and nothing else. Pure. */
import type { Action, Door, Event, Role } from "../../services/shared/contract.ts";

export interface Opened<C> {
  readonly contract: C;
  /** Who may at least. */
  readonly needs: Role;
}

export interface Allowed {
  readonly asked: ReadonlyMap<string, Opened<Action>>;
  readonly heard: ReadonlyMap<string, Opened<Event>>;
  /** Whether there is anything for who shows no token. */
  readonly guests: boolean;
}

/** Why an action cannot be asked over a socket, whatever its contract says. */
function hindrance({ upload, download, rawBody, stepUp, secret, claims }: Action) {
  if (upload || download || rawBody) return "it takes or gives bytes";
  if (stepUp) return "it wants a step-up";
  if (secret) return "its answer carries secrets";
  if (claims) return "it wants an Idempotency-Key";
  return undefined;
}

/** @throws Error for a contract that is open to sockets but wants what only HTTP has */
export function allowedAt(
  door: Door,
  actions: readonly Action[],
  events: readonly Event[],
): Allowed {
  const asked = new Map<string, Opened<Action>>();
  for (const contract of actions) {
    const needs = contract.opens?.[door];
    if (!contract.socket || !needs) continue;
    const reason = hindrance(contract);
    if (reason) throw new Error(`${contract.name} cannot be asked over sockets: ${reason}.`);
    asked.set(contract.name, { contract, needs });
  }
  const heard = new Map<string, Opened<Event>>();
  for (const contract of events) {
    const needs = contract.hears?.[door];
    if (needs) heard.set(contract.name, { contract, needs });
  }
  const guests = [...asked.values(), ...heard.values()].some(({ needs }) => needs === "guest");
  return { asked, heard, guests };
}

/** Names of socket.io's rooms. What clients call a room never gets there as it is. */
export const places = {
  user: (id: string) => `user|${id}`,
  room: (room: string) => `room|${room}`,
  heard: (event: string, room?: string) => `heard|${event}|${room ?? ""}`,
};
/** The room of a place, when it is one. */
export const roomOf = (place: string): string | undefined =>
  place.startsWith("room|") ? place.slice(5) : undefined;

/** `film:0192…` → its kind and id. */
export function readRoom(room: unknown): { kind: string; id: string } | undefined {
  const found = typeof room === "string" ? /^([a-z]{1,20}):([\w-]{1,100})$/.exec(room) : null;
  const [, kind, id] = found ?? [];
  return kind && id ? { kind, id } : undefined;
}
