/** Inspects chains entry by entry, in their order, against where they were anchored. Pure. */
import { hash } from "node:crypto";
import { canonical, type Head, link } from "./chain.ts";

/** The hash that stays of what may be erased. @param salt chance, so that it cannot be guessed */
export const sealOf = (salt: string, personal: object): string =>
  hash("sha256", salt + canonical(personal), "base64url");

/** An entry as it was found. */
export interface Linked extends Head {
  chain: string;
  /** What its hash is of. */
  body: object;
  seal: string;
  salt?: string | undefined;
  /** Absent once it was erased. */
  personal?: object | undefined;
}

export interface Fault {
  chain: string;
  number: number;
  fault: "changed" | "missing" | "misplaced" | "personal changed";
}

export class Inspection {
  readonly faults: Fault[] = [];
  entries = 0;
  chains = 0;
  erased = 0;
  /** Anchored ends of chains that were not met yet. */
  readonly #heads: Map<string, Head>;
  #last: Head & { chain: string } = { chain: "", number: 0, hash: "" };

  constructor(heads: ReadonlyMap<string, Head>) {
    this.#heads = new Map(heads);
  }

  /** The next entry: chain by chain, each in the order of its numbers. */
  take(entry: Linked): void {
    if (entry.chain !== this.#last.chain) {
      this.#close();
      this.#last = { chain: entry.chain, number: 0, hash: "" };
      this.chains++;
    }
    const fault = this.#faultIn(entry);
    const number = fault === "missing" ? this.#last.number + 1 : entry.number;
    if (fault) this.faults.push({ chain: entry.chain, number, fault });
    this.entries++;
    if (!entry.personal) this.erased++;
    this.#last = { chain: entry.chain, number: entry.number, hash: entry.hash };
  }

  /** There are no more. @param only the chain that was read, where it was one alone */
  end(only?: string): void {
    this.#close();
    for (const chain of this.#heads.keys()) {
      if (!only || chain === only) this.faults.push({ chain, number: 1, fault: "missing" });
    }
  }

  #close(): void {
    const { chain, number } = this.#last;
    const head = this.#heads.get(chain);
    this.#heads.delete(chain);
    const isShort = head !== undefined && head.number > number;
    if (isShort) this.faults.push({ chain, number: number + 1, fault: "missing" });
  }

  #faultIn(entry: Linked): Fault["fault"] | undefined {
    const { number, hash: before } = this.#last;
    if (entry.number > number + 1) return "missing";
    if (entry.number !== number + 1) return "misplaced";
    if (link(before, entry.body) !== entry.hash) return "changed";
    const head = this.#heads.get(entry.chain);
    if (head?.number === entry.number && head.hash !== entry.hash) return "changed";
    const { personal, salt = "", seal } = entry;
    return personal && sealOf(salt, personal) !== seal ? "personal changed" : undefined;
  }
}

/** What the hash of an entry of the audit is of: all but what may be erased. */
const held = "id account number act at by actor session facts seal".split(" ");
export const sealedPart = (entry: object): object =>
  Object.fromEntries(held.map((name) => [name, Reflect.get(entry, name)]));
