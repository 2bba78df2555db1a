/** Who should read which partition: as many each, as far as it goes. Pure. */

/** How many partitions one of so many members may hold. */
export const fairShare = (partitions: number, members: number): number =>
  Math.ceil(partitions / Math.max(1, members));

export interface Seen {
  readonly owner: string;
  /** When the owner was last heard of, by this process's own monotonic clock. */
  readonly at: number;
}

/** What may be claimed: nobody has it, or whoever had it was silent for too long. */
export const isFree = (seen: Seen | undefined, now: number, leaseMs: number): boolean =>
  seen === undefined || seen.owner === "" || now - seen.at > leaseMs;

/** Which of the held ones go to others: the last ones beyond the share. */
export const surplus = (held: readonly number[], share: number): number[] =>
  held.toSorted((a, b) => a - b).slice(share);
