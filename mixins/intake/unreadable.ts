/** A file that cannot be read on: what was wrong, where, and what to do next, for a person. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

/** The longest row that is taken; a longer one is rejected without being kept in memory. */
export const maxRowBytes = 1024 * 1024;

/** How much of a rejected row is shown. */
export const shownChars = 500;
