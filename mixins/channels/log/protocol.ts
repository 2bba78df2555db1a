/**
 * What the two sides of the log say to each other. The node's thread has the handlers and asks; the
 * log's thread has the file and answers. Times come from the asking side, which has the clock.
 */
import type { ChannelErrorCode } from "../errors.ts";
import type { Swept } from "../port.ts";
import type { Retention } from "./retention.ts";

export interface StoreSettings {
  readonly path: string;
  readonly retention: Retention;
}

/** A message to be stored; `notBefore` in milliseconds since the epoch, 0 if it may go at once. */
export type Stored = readonly [
  channel: string,
  id: string,
  key: string,
  notBefore: number,
  note: string | null,
  body: string,
];

/** A message as a group gets it. */
export interface Entry {
  readonly seq: number;
  readonly key: string;
  readonly attempts: number;
  readonly first_at: number | null;
  readonly headers: string | null;
  readonly body: string;
  /** The last failure, as JSON. */
  readonly error: string | null;
}

/** What became of a message; `error` is a Failure as JSON. "back": nobody had room for it. */
export type Written =
  | { readonly kind: "done" | "back"; readonly seq: number; readonly key: string }
  | {
      readonly kind: "retry" | "dead";
      readonly seq: number;
      readonly key: string;
      readonly attempts: number;
      readonly first_at: number | null;
      readonly error: string;
      readonly at: number;
      readonly due: number;
    };

/** One cycle of a group: what came of its messages, and for how many more it has room. */
export interface Cycle {
  readonly group: number;
  readonly ordered: boolean;
  readonly written: readonly Written[];
  readonly room: number;
  readonly now: number;
}

export interface Taken {
  readonly entries: readonly Entry[];
  /** There is more to look at although there was room. */
  readonly more: boolean;
  /** When the next waiting message is due, milliseconds since the epoch; 0 if none waits. */
  readonly due: number;
}

export interface GroupRow {
  readonly channel: string;
  readonly group: string;
  readonly lag: number;
  readonly deadLetters: number;
}

/** A dead letter as stored; times in milliseconds since the epoch. */
export interface LetterRow {
  readonly id: string;
  readonly channel: string;
  readonly group: string;
  readonly body: string;
  readonly error: string;
  readonly attempts: number;
  readonly first_at: number;
  readonly last_at: number;
}

export type Name = string | null;

/** What can be asked; each answer comes when its transaction is committed. */
export interface Methods {
  /** Opens the file, which every other question does too. */
  open(): void;
  /** @returns the places of the messages whose id their channel had already */
  append(messages: readonly Stored[], now: number): number[];
  /**
   * Makes the group if it is new; all that was running and is not in hand comes again.
   *
   * @returns its number
   */
  enter(channel: string, group: string, inHand: readonly number[], now: number): number;
  cycle(cycle: Cycle): Taken;
  drop(channel: string, group: string): void;
  stats(): GroupRow[];
  letters(channel: Name, group: Name, after: string, limit: number): LetterRow[];
  countLetters(channel: Name, group: Name): number;
  /** @returns how many, and the numbers of the groups that got messages back */
  redrive(ids: readonly string[], now: number): { redriven: number; groups: number[] };
  sweep(now: number): Swept;
  /** Writes what waits, closes the file and ends the thread. */
  close(): void;
}

export interface Request {
  readonly id: number;
  readonly method: keyof Methods;
  readonly args: readonly unknown[];
}

export interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly code: ChannelErrorCode; readonly message: string };
}
