/** What may be asked of actors and what they tell, as values that know nothing of brokers. */
import { z } from "zod";
import type { ProblemKind } from "./problem.ts";

export type Door = "public" | "seller" | "logistics" | "admin";
export type Role = "guest" | "viewer" | "moderator" | "seller" | "courier" | "operator" | "admin";
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Route = `${Method} /${string}`;

/** Who asks. */
export interface Caller {
  id: string;
  /** The strongest of the roles. */
  role: Role;
  door: Door;
  /** All of them; `role` alone where absent. */
  roles?: readonly Role[];
  /** The session (family of refresh tokens) that the token belongs to. */
  session?: string;
  /** When a password or second factor was last shown, milliseconds since the epoch. */
  stepUpAt?: number;
  /** Who of the support is acting as `id`. */
  actor?: string;
  /** The API key that was shown, and the only actions that it may ask where it names some. */
  key?: string;
  actions?: readonly string[];
}

/** What every call carries beside its parameters. */
export interface Meta {
  /** Who asks, as the door found out; absent when the house asks itself. */
  caller?: Caller;
  /** Where the request came from, as the door saw it: for sessions, guesses and the audit. */
  from?: { address: string; agent?: string };
  /** Language tags the asker reads, the best first. */
  languages?: string[];
  /** The key under which the owner claims the effect, so that a second asking has none. */
  idempotencyKey?: string;
  /** Of which trace the request is a part (W3C Trace Context). */
  traceparent?: string;
}

export interface ActionOptions {
  /** One sentence, shown in the documentation. */
  summary: string;
  /** Which doors it is open at, and to whom at least. Closed everywhere when absent. */
  opens?: Partial<Record<Door, Role>>;
  /** May be asked over the sockets of these doors too. */
  socket?: true;
  /** Path at the doors; without one it is reached by the admin door's call route only. */
  route?: Route;
  /** HTTP status of success, 200 unless told. */
  status?: number;
  problems?: readonly ProblemKind[];
  /** Asking twice is the same as asking once: may be repeated after a failure. GET is so anyway. */
  idempotent?: boolean;
  /** Dangerous: wants a password or second factor that was shown a short while ago. */
  stepUp?: boolean;
  /** The owner claims `meta.idempotencyKey` in the write of the effect. */
  claims?: boolean;
  /** The request body is bytes: the door spools them and asks with `object`, `size`, `sha256`. */
  upload?: { maxBytes: number };
  /** The answer names an object (`object`, `contentType`, `name`), whose bytes the door sends. */
  download?: boolean;
  /** May be read by everybody and kept by caches for so many seconds. */
  cacheSeconds?: number;
  /** The doors may keep the answer for so many seconds, for the one who asked. */
  keepSeconds?: number;
  /** Actors, beside its own, of whose writes a kept answer is forgotten. */
  madeOf?: readonly string[];
  /** The answer carries secrets: no door keeps it. */
  secret?: boolean;
  /** The body reaches the actor as it came: `body` in base64, and `headers` of these names. */
  rawBody?: { headers: readonly string[] };
  /** So many calls at once from one node at most; the house's default when absent. */
  atOnce?: number;
  /** Milliseconds after which the caller gives up; the house's default when absent. */
  timeoutMs?: number;
}

export interface Action<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType>
  extends ActionOptions {
  readonly kind: "action";
  readonly name: string;
  readonly params: P;
  readonly result: R;
}

export interface Event<D extends z.ZodType = z.ZodType> {
  readonly kind: "event";
  readonly name: string;
  readonly data: D;
  /** Which doors' sockets may hear it, of whom at least; with `room` (`film:<id>`) only in there. */
  readonly hears?: Partial<Record<Door, Role>>;
  room?(data: z.output<D>): string;
}

export interface Channel<D extends z.ZodType = z.ZodType> {
  readonly kind: "channel";
  readonly name: string;
  readonly data: D;
  /** Messages with one key keep their order where a reader asks for order. */
  readonly key: (data: z.output<D>) => string;
}

const actionName = /^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*$/;
const channelName = /^[a-z][a-zA-Z]*\.[a-z][a-zA-Z]*\.v[1-9]\d*$/;

function named(name: string, pattern: RegExp, example: string): string {
  if (!pattern.test(name)) throw new Error(`"${name}" is not a contract's name; say "${example}".`);
  return name;
}

/** Asked and answered: `films.publish`. */
export const action = <P extends z.ZodType, R extends z.ZodType>(
  name: string,
  params: P,
  result: R,
  options: ActionOptions,
): Action<P, R> => ({
  kind: "action",
  name: named(name, actionName, "films.publish"),
  params,
  result,
  ...options,
});

/** Told to whoever listens now; may be lost: `films.viewed`. */
export const event = <D extends z.ZodType>(name: string, data: D): Event<D> => ({
  kind: "event",
  name: named(name, actionName, "films.viewed"),
  data,
});

/** Told and kept until every group has handled it: `films.changed.v1`. */
export const channel = <D extends z.ZodType>(
  name: string,
  data: D,
  key: (data: z.output<D>) => string,
): Channel<D> => ({
  kind: "channel",
  name: named(name, channelName, "films.changed.v1"),
  data,
  key,
});

/** A list's answer: the items and the cursor of the next page, null at the end. */
export const page = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });
