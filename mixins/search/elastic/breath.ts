/** Long work on the event loop in slices: others get their turn in between. */
const mostMsAtOnce = 8;

export class Breath {
  #begun = performance.now();

  /** Between two pieces of work: lets the loop go where the slice is over. */
  async take(): Promise<void> {
    if (performance.now() - this.#begun < mostMsAtOnce) return;
    await new Promise(setImmediate);
    this.#begun = performance.now();
  }
}

/** Each made into something, in order. */
export async function mapInSlices<T, R>(all: readonly T[], make: (one: T) => R): Promise<R[]> {
  const breath = new Breath();
  const made: R[] = [];
  for (const one of all) {
    made.push(make(one));
    await breath.take();
  }
  return made;
}
