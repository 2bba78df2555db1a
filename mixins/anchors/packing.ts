/**
 * Packing single lines of anchors into one object. The whole is put before its parts are removed, so
 * it may be broken off, or done by two nodes at once.
 */
import type { ObjectStore } from "../objects/port.ts";
import { folderOf, keyOf, ndjson, type Piece, piecesOf, textsIn } from "./objects.ts";

/**
 * Makes one object of a writer's single lines; where some are missing between, one of each row.
 *
 * @throws ObjectStoreError, also where another packs them just now; the signal's reason
 */
export async function pack(
  objects: ObjectStore,
  writer: string,
  signal: AbortSignal,
): Promise<void> {
  const rows: Piece[][] = [];
  for await (const piece of piecesOf(objects, `${folderOf(writer)}/`)) {
    if (piece.isPacked) continue;
    const row = rows.at(-1);
    if (row?.at(-1)?.first === piece.first - 1) row.push(piece);
    else rows.push([piece]);
  }
  for (const row of rows) {
    const [first, last] = [row[0]?.first ?? 0, row.at(-1)?.first ?? 0];
    if (first === last) continue;
    await objects.put(keyOf(writer, first, last), bytesOf(objects, row, signal), ndjson);
    for (const { key } of row) {
      signal.throwIfAborted();
      await objects.remove(key);
    }
  }
}

async function* bytesOf(objects: ObjectStore, row: readonly Piece[], signal: AbortSignal) {
  for (const { key } of row) {
    signal.throwIfAborted();
    for await (const text of textsIn(objects, key)) yield Buffer.from(`${text}\n`);
  }
}
