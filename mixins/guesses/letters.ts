/** How often letters go to one address: nobody is to be buried in them, whoever asks for them. */
import { isProblem } from "../../services/shared/problem.ts";
import { forAccount, type Patience } from "./delay.ts";
import { type Guesses, type Suspect, TooManyGuesses } from "./guesses.ts";

/** So many may be asked for, before they come more slowly. */
const letters: Patience = { ...forAccount, free: 4, firstMs: 60_000, mostMs: 3_600_000 };

/** So many may one person have sent to addresses that are not theirs yet. */
const byOne: Patience = { ...letters, free: 20 };

/** A letter that somebody has sent to another address. */
export const strangeLetter = (to: string, by: string): Suspect[] => [
  { key: `letter:${to}`, patience: letters },
  { key: `letters-of:${by}`, patience: byOne },
];

/** Whether a letter may go to an address. */
export async function mayWrite(guesses: Guesses, email: string): Promise<boolean> {
  try {
    await guesses.attempt([{ key: `letter:${email}`, patience: letters }]);
    return true;
  } catch (error) {
    if (isProblem(error, TooManyGuesses)) return false;
    throw error;
  }
}
