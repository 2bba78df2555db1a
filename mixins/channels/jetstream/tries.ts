/**
 * How often a message failed in a group, since when and why: kept on the server beside the stream,
 * so that whoever gets the message next knows. JetStream counts deliveries itself, but a message
 * may be delivered without being tried (a reader that stops gives back what it has not begun).
 */
import { clock } from "../../../services/shared/clock.ts";
import { type Failure, interrupted } from "../failure.ts";
import { apiCode, reasonOf } from "./away.ts";
import type { Parts } from "./parts.ts";
import { heading } from "./wire.ts";

export interface Tries {
  readonly attempts: number;
  /** The first failure, milliseconds since the epoch; 0 if there was none. */
  readonly firstAt: number;
  readonly error: Failure | null;
  /** A handler has begun and nothing was heard of it yet. */
  readonly begun: boolean;
}

export const untried: Tries = { attempts: 0, firstAt: 0, error: null, begun: false };

/** What is known when a message comes again: a handler that never ended counts as a failure. */
export const afterBreak = (tries: Tries, now: number): Tries =>
  tries.begun
    ? {
        attempts: tries.attempts + 1,
        firstAt: tries.firstAt || now,
        error: tries.error ?? interrupted,
        begun: false,
      }
    : tries;

const noMessage = 10037;

export class TriesStore {
  readonly #parts: Omit<Parts, "tries">;

  constructor(parts: Omit<Parts, "tries">) {
    this.#parts = parts;
  }

  /** @throws while the server is away */
  async of(channel: string, group: string, seq: number): Promise<Tries> {
    const jsm = await this.#parts.declarations.manager();
    try {
      const found = await jsm.streams.getMessage(this.#parts.names.tries, {
        last_by_subj: this.#subject(channel, group, seq),
      });
      return afterBreak(found.json<Tries>(), clock.now());
    } catch (error) {
      if (apiCode(error) === noMessage) return untried;
      throw error;
    }
  }

  /** What cannot be noted is not counted: the message is tried once more than allowed. */
  async note(channel: string, group: string, seq: number, tries: Tries): Promise<void> {
    const body = new TextEncoder().encode(JSON.stringify(tries));
    const subject = this.#subject(channel, group, seq);
    try {
      await this.#parts.publisher.publish(
        subject,
        body,
        heading({}),
        performance.now() + this.#parts.settings.timeoutMs,
      );
    } catch (error) {
      this.#parts
        .log()
        .warn(`A failed try of '${channel}' ${seq} was not noted: ${reasonOf(error)}`);
    }
  }

  /** Of one message, or of all of the group. What stays goes with the retention. */
  async forget(channel: string, group: string, seq?: number): Promise<void> {
    try {
      const jsm = await this.#parts.declarations.manager();
      const filter = this.#subject(channel, group, seq ?? "*");
      await jsm.streams.purge(this.#parts.names.tries, { filter });
    } catch (error) {
      this.#parts.log().debug(`Tries of '${channel}' ${seq} stay: ${reasonOf(error)}`);
    }
  }

  #subject(channel: string, group: string, seq: number | "*"): string {
    return `${this.#parts.names.about("tries", channel, group)}.${seq}`;
  }
}
