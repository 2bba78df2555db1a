/** A row as it stands in its file, before anybody has understood it. */
export interface Frame {
  /** Number of its (first) line in the file, from 1. */
  line: number;
  /** Its text; of a faulty row as much as is worth showing. */
  text: string;
  /** Why the row cannot be taken. */
  fault?: string;
}

/** Cuts bytes into frames. Holds at most one unfinished row of bounded length. */
export interface Framer {
  push(chunk: Buffer): Frame[];
  /** @throws Unreadable when the bytes end where they may not */
  end(): Frame[];
}
