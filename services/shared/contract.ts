/** What may be asked of actors and what they tell, as values that know nothing of brokers. */
import { z } from "zod";
import type { ProblemKind } from "./problem.ts";

export type { Caller, Meta } from "./message.ts";

export type Door = "public" | "seller" | "logistics" | "admin";
export type Role = "guest" | "viewer" | "moderator" | "seller" | "courier" | "operator" | "admin";
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type Route = `${Method} /${string}`;

/** A file of a form. Whoever is asked with it has to use or remove its object. */
export const FormFile = z.strictObject({
  object: z.string().startsWith("uploads/"),
  /** As whoever sent it calls it: for people, never a path. */
  name: z.string(),
  contentType: z.string(),
  size: z.int(),
  sha256: z.string(),
});
export interface FormFileLimits {
  /** Of each. */
  readonly maxBytes: number;
  /** Several files in one field: then the parameter is a list. */
  readonly most?: number;
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
  /** Bytes of a JSON body at most; what the door takes usually when absent. */
  maxBytes?: number;
  /**
   * The request body is bytes, or a form with one file in this field: the door puts them into the
   * objects' store and asks with `object`, `size`, `sha256`; of a file with its `name` too.
   */
  upload?: { maxBytes: number; field?: string };
  /**
   * The request body is multipart/form-data. Each file goes into the objects' store and is a
   * parameter of the name of its field, a `FormFile`; all other fields are parameters as they are.
   */
  form?: { files: Readonly<Record<string, FormFileLimits>> };
  /** The parameter `ticket` names an object, whose bytes the door gives or takes by itself. */
  ticket?: true;
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

export interface OptionsOf<P extends z.ZodType> extends ActionOptions {
  /** The parameter by which calls find the same of several nodes, for as long as those stay. */
  key?: keyof z.input<P> & string;
}
export interface Action<P extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType>
  extends ActionOptions {
  readonly key?: string;
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
  options: OptionsOf<P>,
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
