/**
 * How long the log keeps messages, and which may go. Pure.
 *
 * A message goes when it is older than `days`, or when its channel holds more than `messages`. What
 * a known group has not done yet stays all the same, until its channel holds more than `unread`:
 * then the oldest go, read or not, so that a forgotten group cannot fill the disk. A group that
 * nobody reads for any more is dropped with `dropGroup`. Dead letters have their own copy and days.
 * An id is recognised as sent before for as long as its message is kept.
 */
export interface Retention {
  /** Days a message is kept: 7. */
  readonly days: number;
  /** Messages kept per channel: 1,000,000. */
  readonly messages: number;
  /** Messages kept per channel for groups that have not done them: 5,000,000. */
  readonly unread: number;
  /** Days a dead letter is kept, from its death: 90. */
  readonly deadLetterDays: number;
}

export const defaultRetention: Retention = {
  days: 7,
  messages: 1_000_000,
  unread: 5_000_000,
  deadLetterDays: 90,
};

export const dayMs = 86_400_000;

/** A message of the log, and whether a known group has still to do it. */
export interface Kept {
  readonly seq: number;
  /** When it was stored, milliseconds since the epoch. */
  readonly time: number;
  readonly wanted: boolean;
}

export interface Expired {
  readonly done: number[];
  /** Dropped although a group has not done them. */
  readonly unread: number[];
  /** The messages behind these are younger and fit: no need to look at them. */
  readonly last: boolean;
}

/**
 * @param oldest messages of one channel, oldest first
 * @param held how many the channel holds
 */
export const expired = (
  oldest: readonly Kept[],
  held: number,
  rule: Retention,
  now: number,
): Expired => {
  const done: number[] = [];
  const unread: number[] = [];
  let left = held;
  for (const { seq, time, wanted } of oldest) {
    const tooOld = time < now - rule.days * dayMs;
    if (!tooOld && left <= rule.messages) return { done, unread, last: true };
    if (wanted && left <= rule.unread) continue;
    (wanted ? unread : done).push(seq);
    left--;
  }
  return { done, unread, last: oldest.length === 0 };
};
