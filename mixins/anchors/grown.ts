/** Chains that grew since they were anchored, and where they end now. Pure. */
import type { Head } from "../chain.ts";

export class Grown {
  readonly #heads = new Map<string, Head>();

  /** Told late that a chain ended before: it ends where it was told last. */
  add(chain: string, head: Head): void {
    if (head.number >= (this.#heads.get(chain)?.number ?? 0)) this.#heads.set(chain, head);
  }

  /** These are anchored; what grew further meanwhile stays. */
  letGo(anchored: Iterable<readonly [string, Head]>): void {
    for (const [chain, { number }] of anchored) {
      if ((this.#heads.get(chain)?.number ?? 0) <= number) this.#heads.delete(chain);
    }
  }

  /** All that there are now, so many at a time. */
  inParts(size: number): (readonly [string, Head])[][] {
    const all = [...this.#heads];
    const count = Math.ceil(all.length / size);
    return Array.from({ length: count }, (_, n) => all.slice(n * size, (n + 1) * size));
  }
}
