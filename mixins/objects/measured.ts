/** The bytes of a body on their way into a store: counted, hashed, and stopped where too many. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { ObjectTooLarge } from "./errors.ts";

/** What the body itself threw, to be told from a failure of the store. */
export class BodyFailed extends Error {}

/** The chunks of a body; an early end does not destroy a Readable, which is the caller's. */
const chunksOf = (body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  body instanceof Readable ? body.iterator({ destroyOnReturn: false }) : body;

export interface Measured {
  /** To be read once, to its end. @throws BodyFailed, ObjectTooLarge */
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** Of what was read. To be asked once, when all was. */
  result(): { size: number; sha256: string };
}

/** @param most more bytes than this are refused with ObjectTooLarge */
export function measured(
  body: AsyncIterable<Uint8Array>,
  key: string,
  most = Number.POSITIVE_INFINITY,
): Measured {
  const hash = createHash("sha256");
  let size = 0;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunksOf(body)) {
        const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
        size += bytes.byteLength;
        if (size > most) throw new ObjectTooLarge(key, most);
        hash.update(bytes);
        yield bytes;
      }
    } catch (cause) {
      if (cause instanceof ObjectTooLarge) throw cause;
      throw new BodyFailed("The body failed.", { cause });
    }
  }
  return { chunks: chunks(), result: () => ({ size, sha256: hash.digest("hex") }) };
}
