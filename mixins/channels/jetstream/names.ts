/**
 * What streams, consumers and subjects are called. Pure. JetStream allows no dots in the names of
 * streams and durables, and some file systems allow little else: a dot becomes "_", whatever is
 * neither letter, digit nor "-" becomes "=" and its bytes in hexadecimal, so that no two names meet.
 */

/** Messages of one key are in one partition. The number is for ever: keys would change theirs. */
export const partitions = 8;

const escaped = (char: string): string =>
  char === "." ? "_" : [...Buffer.from(char)].map((byte) => `=${hex(byte)}`).join("");
const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, "0");

export const token = (name: string): string => name.replace(/[^A-Za-z0-9-]/gu, escaped);

/**
 * The partition of a message: FNV-1a of its key, or of its id if it has no key.
 * (Fowler, Noll, Vo; draft-eastlake-fnv.)
 */
export const partitionOf = (key: string, id: string): number => {
  const text = key === "" ? id : key;
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return (hash >>> 0) % partitions;
};

/** Names within one house; several may share a server. */
export class Names {
  readonly space: string;
  readonly dead: string;
  readonly later: string;
  readonly tries: string;
  readonly leases: string;
  readonly #prefix: string;

  /**
   * @param space what all names begin with
   * @param prefix what the names of channels begin with, which is not repeated
   */
  constructor(space: string, prefix: string) {
    this.space = token(space);
    this.#prefix = prefix === "" ? "" : `${prefix}.`;
    this.dead = `${this.space}__dead`;
    this.later = `${this.space}__later`;
    this.tries = `${this.space}__tries`;
    this.leases = `${this.space}__leases`;
  }

  /** The channel as one word of a subject. */
  word(channel: string): string {
    const own = channel.startsWith(this.#prefix) ? channel.slice(this.#prefix.length) : channel;
    return token(own);
  }

  stream(channel: string): string {
    return `${this.space}_${this.word(channel)}`;
  }

  /** Without a partition: all of the channel. */
  subject(channel: string, partition: number | "*" = "*"): string {
    return `${this.space}.channel.${this.word(channel)}.${partition}`;
  }

  durable(group: string, partition?: number): string {
    return partition === undefined ? token(group) : `${token(group)}=p${partition}`;
  }

  /** A subject beside the channels'; without channel or group it stands for all of them. */
  about(what: "dead" | "tries" | "lease" | "member", channel?: string, group?: string): string {
    const word = channel === undefined ? "*" : this.word(channel);
    return `${this.space}.${what}.${word}.${group === undefined ? "*" : token(group)}`;
  }

  laterOf(channel?: string): string {
    return `${this.space}.later.${channel === undefined ? "*" : this.word(channel)}`;
  }
}
