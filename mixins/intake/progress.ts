/** Bytes read of all bytes, told at most four times a second. */
const pauseMs = 250;

export interface Reading {
  bytesRead: number;
  /** Of all files; null while it is not known. */
  bytesTotal: number | null;
}

export class Progress {
  readonly #tell: (reading: Reading) => void;
  readonly #now: () => number;
  #reading: Reading = { bytesRead: 0, bytesTotal: null };
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(tell: (reading: Reading) => void, now: () => number) {
    this.#tell = tell;
    this.#now = now;
  }

  get bytesRead(): number {
    return this.#reading.bytesRead;
  }

  /** Begins to read so many bytes. */
  begin(bytesTotal: number): void {
    this.#toldAt = Number.NEGATIVE_INFINITY;
    this.at(0, bytesTotal);
  }

  more(bytes: number): void {
    this.at(this.#reading.bytesRead + bytes, this.#reading.bytesTotal);
  }

  at(bytesRead: number, bytesTotal: number | null): void {
    this.#reading = { bytesRead, bytesTotal };
    if (this.#now() - this.#toldAt < pauseMs) return;
    this.#toldAt = this.#now();
    this.#tell(this.#reading);
  }
}
