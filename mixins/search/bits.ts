/** A set of small whole numbers (rows of an index), so that a facet is counted in microseconds. */
export class Bits {
  #words: Uint32Array;

  constructor(room = 1024) {
    this.#words = new Uint32Array((room >>> 5) + 1);
  }

  static of(rows: Iterable<number>): Bits {
    const bits = new Bits();
    for (const row of rows) bits.add(row);
    return bits;
  }

  add(row: number): void {
    const at = row >>> 5;
    if (at >= this.#words.length) {
      const wider = new Uint32Array(Math.max(at + 1, this.#words.length * 2));
      wider.set(this.#words);
      this.#words = wider;
    }
    this.#words[at] = (this.#words[at] ?? 0) | (1 << (row & 31));
  }

  delete(row: number): void {
    const at = row >>> 5;
    if (at < this.#words.length) this.#words[at] = (this.#words[at] ?? 0) & ~(1 << (row & 31));
  }

  has(row: number): boolean {
    return (((this.#words[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
  }

  /** What is in both sets, as a new one. */
  and(other: Bits): Bits {
    const result = new Bits(0);
    const length = Math.min(this.#words.length, other.#words.length);
    result.#words = new Uint32Array(length);
    for (let i = 0; i < length; i++) {
      result.#words[i] = (this.#words[i] ?? 0) & (other.#words[i] ?? 0);
    }
    return result;
  }

  /** Takes in every member of the other set. */
  addAll(other: Bits): void {
    if (other.#words.length > this.#words.length) {
      const wider = new Uint32Array(other.#words.length);
      wider.set(this.#words);
      this.#words = wider;
    }
    for (let i = 0; i < other.#words.length; i++) {
      this.#words[i] = (this.#words[i] ?? 0) | (other.#words[i] ?? 0);
    }
  }

  get size(): number {
    let count = 0;
    for (const word of this.#words) count += ones(word);
    return count;
  }

  /** The size of what is in both sets. */
  sizeWith(other: Bits): number {
    const length = Math.min(this.#words.length, other.#words.length);
    let count = 0;
    for (let i = 0; i < length; i++) {
      count += ones((this.#words[i] ?? 0) & (other.#words[i] ?? 0));
    }
    return count;
  }

  /** Visits the members in ascending order. */
  forEach(visit: (row: number) => void): void {
    for (let i = 0; i < this.#words.length; i++) {
      for (let word = this.#words[i] ?? 0; word !== 0; word &= word - 1) {
        visit(i * 32 + 31 - Math.clz32(word & -word));
      }
    }
  }
}

/** The ones in 32 bits (Hacker's Delight, 5-2). */
function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
