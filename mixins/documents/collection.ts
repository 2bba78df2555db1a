/**
 * What a store states: its documents' shape, its indexes and its queries, in words that every
 * engine knows. Documents are JSON; times are ISO strings; absent fields are absent, never null.
 */
import type { Message } from "../../services/shared/message.ts";

/** What every document has. `version` counts its writes, from 1. */
export interface Stored {
  id: string;
  version: number;
  createdAt: string;
  updatedAt: string;
  /** Messages written with the change that they tell of, until they are sent. */
  outbox?: Outgoing[];
  /** Idempotency keys whose effects this document holds. */
  claims?: string[];
}

export interface Outgoing {
  channel: string;
  message: Message;
}

export interface Index {
  /** No two documents may share a value. Documents without the field do not count. */
  unique?: boolean;
  /** Pages are sorted by it, a field at the top; documents without it are among them. */
  sorts?: boolean;
}

export interface Collection<D extends Stored> {
  readonly name: string;
  /** By field path (`cast.person`); a field that is an array is indexed by each of its values. */
  readonly indexes: Readonly<Record<string, Index>>;
  /** Is of this house alone: it is not taken along when the house moves. */
  readonly stays?: boolean;
  /** Never set: carries the type. */
  readonly document?: D;
}

/** Declares a collection. */
export const collection = <D extends Stored>(definition: {
  name: string;
  indexes: Record<string, Index>;
  stays?: boolean;
}): Collection<D> => definition;

export type Value = string | number | boolean;
export interface Range {
  gt?: Value;
  gte?: Value;
  lt?: Value;
  lte?: Value;
}
/** By field path: equal to a value, one of several, or within a range; all must hold. */
export type Where = Readonly<Record<string, Value | { in: readonly Value[] } | Range | undefined>>;

export interface Query {
  where?: Where;
  /** `id` or a field path whose index sorts, `-` before it for descending; ties are broken by id. */
  sort?: string;
  /** At most 500. */
  limit: number;
  /** The cursor of the page before. */
  after?: string | undefined;
}

export interface Page<D> {
  items: D[];
  /** Cursor of the next page, null at the end. */
  next: string | null;
}
