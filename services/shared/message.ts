import { z } from "zod";

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
