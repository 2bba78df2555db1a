/**
 * The first `most` of many rows in order, without sorting them all.
 *
 * @param before whether the first row comes before the second; a strict total order
 */
export class Top {
  readonly rows: number[] = [];
  readonly #most: number;
  readonly #before: (a: number, b: number) => boolean;

  constructor(most: number, before: (a: number, b: number) => boolean) {
    this.#most = most;
    this.#before = before;
  }

  offer(row: number): void {
    const last = this.rows[this.rows.length - 1];
    if (this.rows.length >= this.#most && last !== undefined && !this.#before(row, last)) return;
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#before(this.rows[middle] ?? 0, row)) low = middle + 1;
      else high = middle;
    }
    this.rows.splice(low, 0, row);
    if (this.rows.length > this.#most) this.rows.pop();
  }
}
