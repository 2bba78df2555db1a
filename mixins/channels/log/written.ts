/** What of an outcome is written to the log. */
import type { Outcome } from "../trying.ts";
import type { Entry, Written } from "./protocol.ts";

/** A message out of the hands of its reader. */
export interface Ended {
  readonly entry: Entry;
  readonly outcome: Outcome;
}

export const written = ({ entry: { seq, key, first_at }, outcome }: Ended): Written => {
  if (!("attempts" in outcome)) return { kind: outcome.kind, seq, key };
  return { ...outcome, seq, key, first_at, error: JSON.stringify(outcome.error) };
};
