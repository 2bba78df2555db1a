/** What goes over a socket, as server and client both read it. Knows neither node nor the house. */

/** Where the doors have their sockets. */
export const socketPath = "/v1/realtime/";
/** The action that reads one's own stream. */
export const streamAction = "realtime.stream";

/** RFC 9457, as the doors answer it over HTTP too. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** Id of the question, as the logs have it. */
  instance: string;
  errors?: unknown;
  data?: unknown;
}

export type Answer<T = unknown> = { ok: true; result: T } | { ok: false; problem: ProblemBody };
export type Answered<T> = (answer: Answer<T>) => void;

/** One thing told to a user; cursors of a stream grow by one, except after all of it was let go. */
export interface Entry {
  cursor: number;
  /** Of the message that it came with: the same for ever. */
  id: string;
  type: string;
  time: string;
  data: unknown;
}
export interface EntryPage {
  items: Entry[];
  /** There are later ones. */
  more: boolean;
  /** Some after the cursor that was given may be gone. */
  missed: boolean;
}

/**
 * Why the house ended a socket: its token expired or was taken back; it sent too many messages,
 * bytes, or one that was too large (told by the close code 1009 alone); it took too little; the
 * node stops.
 */
export type EndReason = "expired" | "revoked" | "flood" | "binary" | "large" | "slow" | "stopping";

export interface Wish {
  event: string;
  /** For events of a room: `film:<id>`, which one has joined. */
  room?: string | undefined;
}

export interface ToServer {
  ask(name: string, params: unknown, done: Answered<unknown>): void;
  hear(wish: Wish, done: Answered<null>): void;
  unhear(wish: Wish, done: Answered<null>): void;
  join(room: string, done: Answered<{ count: number }>): void;
  leave(room: string, done: Answered<null>): void;
  /** A newer token of the same person; answers for how many milliseconds it is good. */
  authenticate(token: string, done: Answered<{ expiresInMs: number | null }>): void;
}

export interface ToClient {
  heard(event: string, data: unknown, room: string | null): void;
  entry(entry: Entry): void;
  /** So many sockets are in a room. */
  presence(room: string, count: number): void;
  /** Time to authenticate again. */
  expiring(inMs: number): void;
  ended(reason: EndReason): void;
}
