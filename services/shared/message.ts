/** What travels: who asks and what a call carries along; the messages of channels. */
import { z } from "zod";
import { clock } from "./clock.ts";
import type { Channel, Door, Role } from "./contract.ts";
import { newId } from "./ids.ts";
import { check, MessageInvalid } from "./problem.ts";

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

/**
 * What travels on a channel: the data and what is known about its sending.
 *
 * - `id` UUIDv7, fixed when the change was written: a second sending is recognised by it
 * - `key` messages with one key are kept in order where the reader asks for order
 * - `time` when it happened, ISO 8601 with milliseconds, UTC
 * - `correlation` the request that all of this belongs to
 * - `causation` the message or call that led to this one
 * - `notBefore` not to be delivered earlier than this, ISO 8601, UTC
 */
export const Message = z.strictObject({
  id: z.string().min(1).max(100),
  key: z.string().max(300),
  time: z.iso.datetime(),
  correlation: z.string().max(300),
  causation: z.string().max(300).optional(),
  notBefore: z.iso.datetime().optional(),
  data: z.unknown(),
});

export interface Message<T = unknown> extends z.infer<typeof Message> {
  data: T;
}

export interface SendOptions {
  /** The call (a context) or the message that led to this one. */
  because?: { id?: string; requestID?: string | null; correlation?: string };
  notBefore?: Date;
}

/** A message of a channel, its id fixed now. Write it with the change that it tells of. */
export function message<D extends z.ZodType>(
  contract: Channel<D>,
  data: z.input<D>,
  { because, notBefore }: SendOptions = {},
): Message<z.output<D>> {
  const checked = check(contract.name, contract.data, data, MessageInvalid);
  const id = newId();
  return {
    id,
    key: contract.key(checked),
    time: clock.iso(),
    correlation: because?.correlation ?? because?.requestID ?? id,
    ...(because?.id ? { causation: because.id } : {}),
    ...(notBefore ? { notBefore: notBefore.toISOString() } : {}),
    data: checked,
  };
}

export interface Sender {
  sendToChannel(name: string, message: Message): Promise<void>;
}

/** Sends a message that is not bound to a change of state. Resolves once the channel has stored it. */
export const send = <D extends z.ZodType>(
  broker: Sender,
  contract: Channel<D>,
  data: z.input<D>,
  options?: SendOptions,
): Promise<void> => broker.sendToChannel(contract.name, message(contract, data, options));
