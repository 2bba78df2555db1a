/**
 * Which process reads which partition of an ordered group: never two at once. Whoever claims or
 * renews a lease says which record it knows, and JetStream refuses it if there is a later one. All
 * hear of all renewals and measure silence by their own clocks, so that no clocks need agree.
 */
import type { Subscription } from "nats";
import { isAway, reasonOf } from "../away.ts";
import { partitions } from "../names.ts";
import type { Parts } from "../parts.ts";
import { HeldLeases } from "./held-leases.ts";
import { LeaseRecords } from "./lease-records.ts";
import { Members } from "./members.ts";
import { fairShare, surplus } from "./share.ts";
import { every, Sightings } from "./sightings.ts";

/** So often within the term of a lease it is renewed. */
const times = 3;
export interface LeaseHolder {
  readonly owner: string;
  gained(partition: number): void;
  renewed(partition: number): void;
  /** To be let go of: resolves when nothing of it is in hand. */
  leave(partition: number): Promise<void>;
  /** Somebody else has it. */
  lost(partition: number): void;
}

export class Leases {
  readonly #parts: Parts;
  readonly #holder: LeaseHolder;
  readonly #records: LeaseRecords;
  readonly #members: Members;
  readonly #held: HeldLeases;
  readonly #seen = new Sightings();
  #subscription: Subscription | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #due = false;
  #stopped = false;

  constructor(parts: Parts, channel: string, group: string, holder: LeaseHolder) {
    this.#parts = parts;
    this.#holder = holder;
    this.#records = new LeaseRecords(parts, channel, group);
    this.#held = new HeldLeases(holder.owner, this.#records, parts.settings.leaseMs);
    const subject = parts.names.about("member", channel, group);
    this.#members = new Members(holder.owner, subject, () => this.#soon());
  }

  /** True while it is certain that nobody else has it. */
  holds(partition: number): boolean {
    return this.#held.isSure(partition);
  }

  async start(): Promise<void> {
    const nc = await this.#parts.connection.get();
    this.#subscription = nc.subscribe(this.#records.all, {
      callback: (error, msg) => {
        if (!error) this.#hear(Number(msg.subject.split(".").at(-1)), msg.data);
      },
    });
    this.#members.listen(nc);
    const records = await this.#parts.declarations.patiently("A group's leases", () =>
      Promise.all(every.map((partition) => this.#records.read(partition))),
    );
    for (const [partition, { owner }] of records.entries()) {
      this.#seen.note(partition, owner, performance.now());
    }
    this.#timer = setInterval(() => this.#soon(), this.#parts.settings.leaseMs / times).unref();
    this.#soon();
    await this.#turn;
  }

  /** Renews until all are let go of: their handlers may take a while. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#turn;
    await Promise.all(this.#held.all.map((partition) => this.#release(partition)));
    clearInterval(this.#timer);
    this.#subscription?.unsubscribe();
    this.#members.leave(this.#parts.connection.up);
  }

  #hear(partition: number, data: Uint8Array): void {
    const owner = new TextDecoder().decode(data);
    this.#seen.note(partition, owner, performance.now());
    if (owner === "") this.#soon();
  }

  /** One round after the other; what is asked for meanwhile is one round more. */
  #soon(): void {
    if (this.#due) return;
    this.#due = true;
    this.#next(async () => {
      this.#due = false;
      if (this.#parts.connection.up) await this.#round();
    });
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error) => {
      this.#parts.log().error(`The leases of an ordered group: ${reasonOf(error)}`);
    });
    return this.#turn;
  }

  async #round(): Promise<void> {
    this.#members.beat(this.#parts.connection.up);
    await this.#each(this.#held.all, (partition) => this.#renew(partition));
    if (this.#stopped) return;
    const share = fairShare(partitions, this.#members.count(this.#parts.settings.leaseMs));
    const { staying } = this.#held;
    for (const one of surplus(staying, share)) void this.#release(one);
    const free = this.#seen
      .free(performance.now(), this.#parts.settings.leaseMs)
      .filter((at) => !this.#held.all.includes(at));
    const room = Math.max(0, share - staying.length);
    await this.#each(free.slice(0, room), (partition) => this.#claim(partition));
  }

  async #each(all: readonly number[], fn: (partition: number) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(all.map(fn));
    const failed = results.find((it) => it.status === "rejected" && !isAway(it.reason));
    if (failed?.status === "rejected") throw failed.reason;
  }

  async #claim(partition: number): Promise<void> {
    const record = await this.#records.read(partition);
    if (this.#seen.isNews(partition, record.owner)) {
      this.#seen.note(partition, record.owner, performance.now());
    } else if (await this.#held.claim(partition, record)) {
      this.#holder.gained(partition);
      return;
    }
    // Somebody was faster; another one may be free.
    this.#soon();
  }

  async #renew(partition: number): Promise<void> {
    if (await this.#held.renew(partition)) this.#holder.renewed(partition);
    else this.#holder.lost(partition);
  }

  async #release(partition: number): Promise<void> {
    if (!this.#held.leave(partition)) return;
    await this.#holder.leave(partition);
    // Not while a round renews it.
    await this.#next(() => this.#held.letGo(partition));
  }
}
