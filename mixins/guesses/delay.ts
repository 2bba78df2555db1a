/** How long who guesses must wait: growing with every guess, never for good. Pure. */

/** What is remembered of one who guesses. */
export interface Guesses {
  count: number;
  /** When the last one was made, milliseconds since the epoch. */
  last: number;
}

export interface Patience {
  /** So many guesses are free: people mistype. */
  free: number;
  /** The first wait; each further guess doubles it. Milliseconds. */
  firstMs: number;
  mostMs: number;
  /** After so long without a guess all is forgotten. */
  forgetMs: number;
}

const patience = { firstMs: 1_000, mostMs: 15 * 60_000, forgetMs: 24 * 3_600_000 };

/** For one account, whoever asks. */
export const forAccount: Patience = { free: 5, ...patience };
/** For one address, behind which there may be an office. */
export const forAddress: Patience = { free: 30, ...patience };

/** Milliseconds to wait until the next guess is looked at; 0 when at once. */
export function waitFor(guesses: Guesses | undefined, p: Patience, now: number): number {
  if (!guesses || now - guesses.last >= p.forgetMs) return 0;
  const over = guesses.count - p.free;
  if (over < 0) return 0;
  const delay = Math.min(p.firstMs * 2 ** Math.min(over, 30), p.mostMs);
  return Math.max(0, guesses.last + delay - now);
}

/** One guess more. */
export const guessed = (guesses: Guesses | undefined, p: Patience, now: number): Guesses =>
  !guesses || now - guesses.last >= p.forgetMs
    ? { count: 1, last: now }
    : { count: guesses.count + 1, last: now };
