/**
 * A plan: an object that says how a file is put together out of texts and other objects, which are
 * read when it is sent and kept nowhere a second time. One line of JSON for each piece.
 */
import { linesOf } from "../lines.ts";
import { ObjectStoreError } from "./errors.ts";
import type { ObjectStore } from "./port.ts";

export type Piece =
  /** Bytes as base64. */
  | { readonly bytes: string }
  /** An object, as long as it still is this one. */
  | { readonly object: string; readonly sha256: string };

export const pieceLine = (piece: Piece): Buffer => Buffer.from(`${JSON.stringify(piece)}\n`);

/**
 * The bytes of a file, in their order.
 *
 * @throws ObjectStoreError, also for an object that is another now
 */
export async function* planned(objects: ObjectStore, key: string): AsyncGenerator<Buffer> {
  const { stream } = await objects.get(key);
  for await (const line of linesOf(stream)) {
    const piece = JSON.parse(line) as Piece;
    if ("bytes" in piece) {
      yield Buffer.from(piece.bytes, "base64");
      continue;
    }
    const found = await objects.get(piece.object);
    if (found.info.sha256 !== piece.sha256) {
      found.stream.destroy();
      const text = `The object '${piece.object}' was replaced meanwhile. Ask for the file anew.`;
      throw new ObjectStoreError("OBJECT_DAMAGED", text);
    }
    yield* found.stream;
  }
}
