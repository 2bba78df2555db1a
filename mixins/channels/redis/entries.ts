/** A message as Redis gives it, and as a node has it in hand. */
import type { Tried } from "../trying.ts";

/** An entry of a stream: its place, and names and values in turn; none if it was trimmed. */
export type StreamEntry = readonly [Buffer | string, readonly (Buffer | string)[] | null];

export interface Held extends Tried {
  readonly seq: string;
  readonly key: string;
  /** Milliseconds since the epoch; 0 if it may run at once. */
  readonly notBefore: number;
  readonly firstAt: number | null;
}

export const placesOf = (entries: readonly StreamEntry[]): string[] =>
  entries.map(([id]) => String(id));

export const fieldsOf = (values: StreamEntry[1]): Partial<Record<string, string>> => {
  const found: Partial<Record<string, string>> = {};
  for (let at = 0; values && at < values.length; at += 2) {
    found[String(values[at])] = String(values[at + 1]);
  }
  return found;
};
