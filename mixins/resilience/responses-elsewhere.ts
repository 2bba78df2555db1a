/** An answer that is kept, and where nodes keep theirs for each other. */

export interface Kept {
  readonly body: Buffer;
  readonly tag: string;
  readonly language: string | undefined;
  /** When it was answered, milliseconds since the epoch. */
  readonly at: number;
}
export interface Entry extends Kept {
  /** Moved back by a write. */
  freshUntil: number;
  readonly usableUntil: number;
  readonly madeOf: readonly string[];
}
/** What other nodes have kept. It may be gone at any time; nothing of it throws. */
export interface Elsewhere {
  /** What is kept there, and what marks what is true now; undefined where it cannot be asked. */
  look(key: string, madeOf: readonly string[]): Promise<Looked | undefined>;
  /** @param mark what was true when it was asked for */
  keep(key: string, entry: Entry, mark: string): void;
  clear(actor: string): void;
}
export interface Looked {
  readonly entry?: Entry;
  readonly mark: string;
}
