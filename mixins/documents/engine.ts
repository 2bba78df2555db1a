/** What a document engine does for a store. One file beside this one per engine. */
import type { Stored, Where } from "./collection.ts";
import type { Place } from "./cursor.ts";

/** Behind every message's time, also of one that was written before the clock was set back. */
export const ever = "9999-12-31T23:59:59.999Z";

export interface EnginePage {
  where: Where;
  sort: { field: string; descending: boolean };
  limit: number;
  after?: Place;
}

export interface Engine<D extends Stored> {
  open(): Promise<void>;
  /** Waits for the last write. */
  close(): Promise<void>;
  /** What is inside the documents that an engine answers is for reading only. */
  byIds(ids: readonly string[]): Promise<D[]>;
  page(query: EnginePage): Promise<D[]>;
  /**
   * All or none. The engine takes the documents over: nobody else keeps or changes them.
   * @throws Duplicate for a taken unique value, WriteFailed when the disk refuses
   */
  insert(docs: readonly D[]): Promise<void>;
  /** Puts the document, taken over, in place of that version of it; false when there is none. */
  replace(doc: D, version: number): Promise<boolean>;
  remove(id: string, version: number): Promise<boolean>;
  /** Documents with messages to send, written before a time (ISO). */
  pending(before: string, limit: number): Promise<D[]>;
  /** Takes messages out of their documents' outboxes; by document id, the ids of the messages. */
  clear(sent: ReadonlyMap<string, readonly string[]>): Promise<void>;
}
