/**
 * Anchors where chains end: apart from the chains, among the objects, where every node of a house
 * sees what the others anchored. Each run of a node writes lines of its own and nobody else's, so
 * nodes need not agree, and two that take each other for dead do no harm. A line is an object
 * of its own, since objects cannot be appended to; one is written only where ends moved, and 500 are
 * packed into one, so that reading all of a year takes about a thousand objects for each node.
 */
import { clock } from "../../services/shared/clock.ts";
import type { Head } from "../chain.ts";
import type { ObjectStore } from "../objects/port.ts";
import { carryOver } from "./carrying.ts";
import type { Evidence } from "./evidence.ts";
import { Grown } from "./grown.ts";
import { gather } from "./objects.ts";
import { pack } from "./packing.ts";
import { Writer } from "./writer.ts";

export interface AnchorsUse {
  readonly objects: ObjectStore;
  /** The same on every node. */
  readonly key: string;
  /** Where older houses kept them: moved to the objects. */
  readonly file: string;
  /** Whoever asks for none is not waited for: told what went wrong, and tried again. */
  readonly failed: (error: unknown) => void;
  /**
   * Names by `grew` what a crash left without an anchor: called before the first line of this run.
   *
   * @param lastAt when a line was last written, by whomever, ISO
   */
  readonly missed: (lastAt: string | undefined) => Promise<void>;
}

/** So many ends are in a line: it is sealed in a few milliseconds. */
const mostHeads = 1_000;

export class Anchors {
  readonly #use: AnchorsUse;
  readonly #writer: Writer;
  readonly #grown = new Grown();
  /** Lines that this run wrote or read: they have to be there. */
  readonly #known = new Map<string, number>();
  readonly #closing = new AbortController();
  /** What the first line names. */
  #after: Record<string, number> = {};
  #isOpen = false;
  /** Writers that left lines to pack. */
  #strays: string[] = [];
  #turn: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(use: AnchorsUse) {
    this.#use = use;
    this.#writer = new Writer(use.objects, use.key);
  }

  /** A chain ends there from now on. */
  grew(chain: string, head: Head): void {
    this.#grown.add(chain, head);
  }

  /** Writes now and every so often, and waits for nothing: the store may be away. */
  start(everyMs: number): void {
    const again = () => void this.write().catch(this.#use.failed);
    this.#timer = setInterval(again, everyMs).unref();
    again();
  }

  /** Writes for the last time. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closing.abort();
    await this.write().catch(this.#use.failed);
    await this.#turn;
  }

  /**
   * Writes where the chains that grew end now; stored when it resolves. What could not be stored is
   * kept for the next time.
   *
   * @returns how many chains
   * @throws ObjectStoreError
   */
  write(): Promise<number> {
    const written = this.#inTurn(() => this.#write());
    this.#inTurn(() => this.#tidy()).catch(() => {
      // Another packs them, or the store is away: there is time until the next.
    });
    return written;
  }

  /** Reads all lines of all nodes. @throws ObjectStoreError */
  async check(): Promise<Evidence> {
    await this.#inTurn(() => this.#open());
    const { objects, key } = this.#use;
    for (let left = 2; ; left--) {
      const { evidence } = await gather(objects, key, new Map(this.#known));
      // Others write and pack meanwhile: what is wrong is so when it is read again.
      if (evidence.faults.length === 0 || left === 0) return evidence;
    }
  }

  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(task);
    this.#turn = next.catch(() => undefined);
    return next;
  }

  /** Once; where the store is away, again at the next time. */
  async #open(): Promise<void> {
    if (this.#isOpen) return;
    const { objects, key, file, missed } = this.#use;
    await carryOver(objects, file);
    const { evidence, strays } = await gather(objects, key, new Map());
    await missed(evidence.lastAt);
    this.#grown.letGo(evidence.heads);
    for (const tip of evidence.tips) this.#known.set(...tip);
    this.#after = evidence.loose();
    this.#strays = strays;
    this.#isOpen = true;
  }

  async #write(): Promise<number> {
    await this.#open();
    // What the store would not take the last time goes first, as it was.
    const late = await this.#writer.finish();
    this.#grown.letGo(late);
    let count = late.length;
    for (const heads of this.#grown.inParts(mostHeads)) {
      await this.#writer.write(clock.iso(), heads, this.#after);
      this.#grown.letGo(heads);
      count += heads.length;
    }
    if (this.#writer.number > 0) this.#known.set(this.#writer.name, this.#writer.number);
    return count;
  }

  async #tidy(): Promise<void> {
    const { signal } = this.#closing;
    if (signal.aborted) return;
    for (let stray = this.#strays.pop(); stray; stray = this.#strays.pop()) {
      await pack(this.#use.objects, stray, signal);
    }
    await this.#writer.tidy(signal);
  }
}
