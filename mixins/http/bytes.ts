/** A body that is bytes, piece by piece. */
import type { IncomingMessage } from "node:http";
import { BodyInvalid, BodyTooLarge } from "./refusals.ts";

export interface BytesLimits {
  readonly most: number;
  /** Fewer are refused at the end. */
  readonly least?: number;
  /** Milliseconds between two pieces. */
  readonly silentMs: number;
}

const early = () => BodyInvalid({ reason: "it ended too early: send it again" });

/**
 * The pieces of a body; an asker who goes away or falls silent ends it.
 *
 * @throws BODY_TOO_LARGE, BODY_INVALID
 */
export async function* bytesOf(
  req: IncomingMessage,
  { most, least = 0, silentMs }: BytesLimits,
): AsyncGenerator<Buffer> {
  let size = 0;
  req.setTimeout(silentMs, () => req.destroy(new Error("silent")));
  try {
    for await (const piece of req as AsyncIterable<Buffer>) {
      size += piece.length;
      if (size > most) throw BodyTooLarge({ limit: most });
      yield piece;
    }
  } catch (error) {
    throw req.destroyed ? early() : error;
  } finally {
    req.setTimeout(0);
  }
  if (!req.complete) throw early();
  if (size < least) throw BodyInvalid({ reason: `it has ${size} bytes instead of ${least}` });
}
