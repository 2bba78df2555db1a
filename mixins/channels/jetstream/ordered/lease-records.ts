/** The leases of one ordered group as they are stored: the last message of a subject is who has it. */
import { apiCode } from "../away.ts";
import type { Parts } from "../parts.ts";
import { Refused } from "../publisher.ts";
import { header, heading } from "../wire.ts";

const noMessage = 10037;
const outdated = [10071, 10164];

export interface LeaseRecord {
  readonly revision: number;
  /** "" is nobody. */
  readonly owner: string;
}

export class LeaseRecords {
  readonly #parts: Parts;
  readonly #subject: string;

  constructor(parts: Parts, channel: string, group: string) {
    this.#parts = parts;
    this.#subject = parts.names.about("lease", channel, group);
  }

  /** All records are heard on it, by those who listen. */
  get all(): string {
    return `${this.#subject}.*`;
  }

  async read(partition: number): Promise<LeaseRecord> {
    const jsm = await this.#parts.declarations.manager();
    try {
      const subject = `${this.#subject}.${partition}`;
      const found = await jsm.streams.getMessage(this.#parts.names.leases, {
        last_by_subj: subject,
      });
      return { revision: found.seq, owner: new TextDecoder().decode(found.data) };
    } catch (error) {
      if (apiCode(error) === noMessage) return { revision: 0, owner: "" };
      throw error;
    }
  }

  /**
   * Writes who has it, if the record of this revision is still the last one.
   *
   * @returns the new revision, or undefined if there is a later one
   */
  async write(partition: number, owner: string, revision: number): Promise<number | undefined> {
    try {
      const { seq } = await this.#parts.publisher.publish(
        `${this.#subject}.${partition}`,
        new TextEncoder().encode(owner),
        heading({ [header.expected]: String(revision) }),
        performance.now() + Math.min(this.#parts.settings.timeoutMs, this.#parts.settings.leaseMs),
      );
      return seq;
    } catch (error) {
      if (error instanceof Refused && outdated.includes(error.errCode)) return undefined;
      throw error;
    }
  }
}
