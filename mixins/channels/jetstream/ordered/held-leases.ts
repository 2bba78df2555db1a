/**
 * The leases that this process holds, each with the record that proves it and the time until which
 * nobody else can have it: one term after it was last renewed, by this process's own clock.
 */
import type { LeaseRecord, LeaseRecords } from "./lease-records.ts";

interface Lease {
  readonly revision: number;
  /** By `performance.now()`. */
  readonly until: number;
  readonly leaving: boolean;
}

export class HeldLeases {
  readonly #owner: string;
  readonly #records: LeaseRecords;
  readonly #termMs: number;
  readonly #held = new Map<number, Lease>();

  constructor(owner: string, records: LeaseRecords, termMs: number) {
    this.#owner = owner;
    this.#records = records;
    this.#termMs = termMs;
  }

  get all(): number[] {
    return [...this.#held.keys()];
  }

  /** Those that are not being let go of. */
  get staying(): number[] {
    return this.all.filter((partition) => !this.#held.get(partition)?.leaving);
  }

  /** True while it is certain that nobody else has it. */
  isSure(partition: number): boolean {
    return (this.#held.get(partition)?.until ?? 0) > performance.now();
  }

  /** @returns false if somebody was faster */
  async claim(partition: number, { revision }: LeaseRecord): Promise<boolean> {
    return await this.#write(partition, revision);
  }

  /** @returns false if somebody else has it now; then it is not held any more */
  async renew(partition: number): Promise<boolean> {
    const lease = this.#held.get(partition);
    if (!lease) return true;
    if (await this.#write(partition, lease.revision)) return true;
    // The server may have stored a renewal and not been able to say so.
    const { owner, revision } = await this.#records.read(partition);
    if (owner === this.#owner && (await this.#write(partition, revision))) return true;
    this.#held.delete(partition);
    return false;
  }

  /** @returns true if it was not being let go of already */
  leave(partition: number): boolean {
    const lease = this.#held.get(partition);
    if (!lease || lease.leaving) return false;
    this.#held.set(partition, { ...lease, leaving: true });
    return true;
  }

  /** Anybody may have it. Should the server not hear so, they wait for the end of the term. */
  async letGo(partition: number): Promise<void> {
    const { revision = 0 } = this.#held.get(partition) ?? {};
    this.#held.delete(partition);
    await this.#records.write(partition, "", revision).catch(() => undefined);
  }

  async #write(partition: number, known: number): Promise<boolean> {
    const until = performance.now() + this.#termMs;
    const revision = await this.#records.write(partition, this.#owner, known);
    if (revision === undefined) return false;
    const leaving = this.#held.get(partition)?.leaving ?? false;
    this.#held.set(partition, { revision, until, leaving });
    return true;
  }
}
