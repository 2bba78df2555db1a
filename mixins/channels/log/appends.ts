/** Messages on their way to the file: what is sent in one turn of the event loop goes over together. */
import { clock } from "../../../services/shared/clock.ts";
import type { Envelope } from "../envelope.ts";
import type { Stored } from "./protocol.ts";
import type { Thread } from "./thread.ts";

/** Most messages of one transaction, and about how many bytes. */
const maxRows = 500;
const maxBytes = 1024 * 1024;

interface Batch {
  readonly rows: Stored[];
  bytes: number;
  /** The places of those whose id was there already. */
  known: Promise<readonly number[]>;
}

export class Appends {
  readonly #thread: Thread;
  readonly #stored: (channels: ReadonlySet<string>) => void;
  #open: Batch | undefined;

  /** @param stored told of the channels on which something new is stored */
  constructor(thread: Thread, stored: (channels: ReadonlySet<string>) => void) {
    this.#thread = thread;
    this.#stored = stored;
  }

  /**
   * Stores messages in the order given.
   *
   * @returns of each whether its id was there already, when all of them are on disk
   * @throws ChannelError LOG_UNAVAILABLE, CHANNELS_CLOSED; some may be stored then
   */
  async add(channel: string, messages: readonly Envelope[], note: string | null) {
    const parts: Promise<boolean[]>[] = [];
    for (let at = 0; at < messages.length; ) {
      const batch = this.#batch();
      const first = batch.rows.length;
      while (at < messages.length && hasRoom(batch)) put(batch, channel, messages[at++], note);
      const count = batch.rows.length - first;
      parts.push(
        batch.known.then((known) =>
          Array.from({ length: count }, (_, n) => known.includes(first + n)),
        ),
      );
    }
    return (await Promise.all(parts)).flat();
  }

  #batch(): Batch {
    if (this.#open && hasRoom(this.#open)) return this.#open;
    const batch: Batch = { rows: [], bytes: 0, known: Promise.resolve([]) };
    batch.known = this.#send(batch);
    this.#open = batch;
    return batch;
  }

  async #send(batch: Batch): Promise<readonly number[]> {
    const args = (): [readonly Stored[], number] => {
      if (this.#open === batch) this.#open = undefined;
      return [batch.rows, clock.now()];
    };
    const known = await this.#thread.ask("append", args, batch);
    this.#stored(new Set(batch.rows.map(([channel]) => channel)));
    return known;
  }
}

const hasRoom = ({ rows, bytes }: Batch): boolean => rows.length < maxRows && bytes < maxBytes;

const put = (batch: Batch, channel: string, message: Envelope | undefined, note: string | null) => {
  if (!message) return;
  const { id, key, notBefore, body } = message;
  batch.rows.push([channel, id, key, notBefore, note, body]);
  batch.bytes += body.length;
};
