/**
 * The keys in Redis. A channel is a stream of its own name; what belongs to one of its groups is
 * named after the house, the channel and the group.
 */
export const keysOf = (house: string) => ({
  /** The ids that were sent on a channel, by the time of their sending. */
  ids: (channel: string) => `${house}:ids:${channel}`,
  /** By place in the stream: how often a message failed, since when and why. */
  tries: (channel: string, group: string) => `${house}:tries:${channel}:${group}`,
  /** The ids of dead letters in the order of their death, and the letters. */
  order: (channel: string, group: string) => `${house}:dead:${channel}:${group}`,
  letters: (channel: string, group: string) => `${house}:letters:${channel}:${group}`,
  /** Who may read for an ordered group. */
  lease: (channel: string, group: string) => `${house}:lease:${channel}:${group}`,
  /** All groups: [channel, group] as JSON. */
  groups: `${house}:groups`,
});

export type Keys = ReturnType<typeof keysOf>;
