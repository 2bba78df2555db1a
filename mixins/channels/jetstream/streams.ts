/** The streams of a house: one for each channel, and four beside them. */
import type { JetStreamManager } from "nats";
import type { Declarations } from "./declare.ts";
import { type Stream, streamOf } from "./declared.ts";
import type { Names } from "./names.ts";
import type { Settings } from "./options.ts";

export class Streams {
  readonly #names: Names;
  readonly #settings: Settings;
  readonly #declarations: Declarations;
  readonly #known = new Set<string>();
  #mending: Promise<void> | undefined;
  readonly #declaring = new Map<string, Promise<void>>();

  constructor(names: Names, settings: Settings, declarations: Declarations) {
    this.#names = names;
    this.#settings = settings;
    this.#declarations = declarations;
  }

  /** Declares what stands beside the channels, and the streams of these channels. */
  async declare(channels: readonly string[]): Promise<void> {
    const wanted = [...this.#beside(), ...channels.map((channel) => this.#ofChannel(channel))];
    await this.#all(wanted);
    for (const channel of channels) this.#known.add(channel);
  }

  /** Something is missing: declares again what stands beside the channels, if it is that. */
  mend(): Promise<void> {
    this.#mending ??= this.#all(this.#beside()).finally(() => {
      this.#mending = undefined;
    });
    return this.#mending;
  }

  isKnown(channel: string): boolean {
    return this.#known.has(channel);
  }

  /** Declares a channel's stream, which is first used now. */
  ensure(channel: string): Promise<void> {
    const declaring =
      this.#declaring.get(channel) ??
      this.#declarations
        .manager()
        .then((jsm) => this.again(jsm, channel))
        .finally(() => this.#declaring.delete(channel));
    this.#declaring.set(channel, declaring);
    return declaring;
  }

  /** It is not there any more, as it seems. */
  forget(channel: string): void {
    this.#known.delete(channel);
  }

  async again(jsm: JetStreamManager, channel: string): Promise<void> {
    await this.#declarations.stream(jsm, this.#ofChannel(channel));
    this.#known.add(channel);
  }

  async #all(wanted: readonly Stream[]): Promise<void> {
    for (const stream of wanted) {
      await this.#declarations.patiently(`The stream ${stream.name}`, (jsm) =>
        this.#declarations.stream(jsm, stream),
      );
    }
  }

  #ofChannel(channel: string): Stream {
    const { replicas, days } = this.#settings;
    return streamOf({
      name: this.#names.stream(channel),
      subjects: [this.#names.subject(channel)],
      about: `The channel ${channel}`,
      replicas,
      days,
      metadata: { channel },
    });
  }

  #beside(): Stream[] {
    const names = this.#names;
    const { replicas, days, deadLetterDays } = this.#settings;
    return [
      {
        name: names.dead,
        subjects: [names.about("dead")],
        about: "Dead letters",
        days: deadLetterDays,
      },
      {
        name: names.later,
        subjects: [names.laterOf()],
        about: "Messages that wait for their time",
        days: 0,
        once: true,
      },
      {
        name: names.tries,
        subjects: [`${names.about("tries")}.*`],
        about: "Failed tries",
        days,
        lastOnly: true,
      },
      {
        name: names.leases,
        subjects: [`${names.about("lease")}.*`],
        about: "Who reads which partition",
        days: 1,
        lastOnly: true,
      },
    ].map((rule) => streamOf({ ...rule, replicas }));
  }
}
