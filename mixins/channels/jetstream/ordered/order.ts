/**
 * Which messages of a partition may run: of each key the oldest one, until it is over. Pure.
 * Messages without a key have no order among them.
 */
export class Order<T> {
  /** Of each key that runs or waits: the messages behind the first one. */
  readonly #behind = new Map<string, T[]>();
  #ready: T[] = [];
  #next = 0;

  /** In the order of their sending. */
  add(key: string, item: T): void {
    const behind = this.#behind.get(key);
    if (key !== "" && behind) {
      behind.push(item);
      return;
    }
    if (key !== "") this.#behind.set(key, []);
    this.#ready.push(item);
  }

  /** The next one that may run; its key is busy from now on. */
  take(): T | undefined {
    const item = this.#ready[this.#next];
    if (item === undefined) return undefined;
    this.#next++;
    if (this.#next > 1_000 || this.#next === this.#ready.length) {
      this.#ready = this.#ready.slice(this.#next);
      this.#next = 0;
    }
    return item;
  }

  /** It is over: the one behind it may run. */
  over(key: string): void {
    const behind = this.#behind.get(key);
    if (key === "" || !behind) return;
    const item = behind.shift();
    if (item === undefined) this.#behind.delete(key);
    else this.#ready.push(item);
  }

  /** Its time to be tried again has come; its key was busy all the while. */
  again(item: T): void {
    this.#ready.push(item);
  }
}
