/** Who was last heard of as the owner of which partition; pure but for the clock it is given. */
import { partitions } from "../names.ts";
import { isFree, type Seen } from "./share.ts";

export const every: readonly number[] = Array.from({ length: partitions }, (_, at) => at);

export class Sightings {
  readonly #seen = new Map<number, Seen>();

  /** @param owner "" is nobody */
  note(partition: number, owner: string, at: number): void {
    this.#seen.set(partition, { owner, at });
  }

  /** @returns true if somebody has it who was not known to */
  isNews(partition: number, owner: string): boolean {
    return this.#seen.get(partition)?.owner !== owner && owner !== "";
  }

  /** What may be claimed. */
  free(now: number, leaseMs: number): number[] {
    return every.filter((at) => isFree(this.#seen.get(at), now, leaseMs));
  }
}
