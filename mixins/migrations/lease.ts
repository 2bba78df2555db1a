/**
 * Who may migrate: one node, as long as it says again and again that it is still there. A document, so
 * that every engine can keep it.
 */
import { clock } from "../../services/shared/clock.ts";
import { isProblem } from "../../services/shared/problem.ts";
import type { Stored } from "../documents/collection.ts";
import { Conflict, Duplicate } from "../documents/failures.ts";
import type { Store } from "../documents/store.ts";

export interface LeaseDocument extends Stored {
  actor: string;
  /** The node. */
  by: string;
  /** ISO 8601: whoever comes after this may take it. */
  until: string;
}

export interface LeaseSettings {
  actor: string;
  by: string;
  /** How long it is held when its holder is gone, milliseconds. */
  leaseMs: number;
  /** Nobody else can be there: what is left of a crash is taken over at once. */
  alone: boolean;
}

export class Lease {
  readonly #store: Store<LeaseDocument>;
  readonly #leaseMs: number;
  readonly #timer: NodeJS.Timeout;
  #held: LeaseDocument;
  #renewing: Promise<void> = Promise.resolve();
  #lost: unknown;

  private constructor(store: Store<LeaseDocument>, held: LeaseDocument, leaseMs: number) {
    [this.#store, this.#held, this.#leaseMs] = [store, held, leaseMs];
    this.#timer = setInterval(() => void this.#again(), leaseMs / 3).unref();
  }

  /** Undefined while somebody else has it. */
  static async take(
    store: Store<LeaseDocument>,
    { actor, by, leaseMs, alone }: LeaseSettings,
  ): Promise<Lease | undefined> {
    const id = `${actor}/lease`;
    const there = await store.get(id);
    if (there && !alone && there.until > clock.iso()) return undefined;
    const until = after(leaseMs);
    try {
      const held = there
        ? await store.replace({ ...there, by, until })
        : await store.insert({ id, actor, by, until });
      return new Lease(store, held, leaseMs);
    } catch (error) {
      if (isProblem(error, Conflict) || isProblem(error, Duplicate)) return undefined;
      throw error;
    }
  }

  /** Says that the holder is still there. @throws Error when somebody else took it meanwhile */
  async confirm(): Promise<void> {
    await this.#again();
    if (this.#lost !== undefined) throw this.#lost;
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
    await this.#store.remove(this.#held).catch(() => undefined);
  }

  /** One renewal behind the other: two at once would take each other for somebody else's. */
  #again(): Promise<void> {
    this.#renewing = this.#renewing.then(() => this.#renew());
    return this.#renewing;
  }

  async #renew(): Promise<void> {
    if (this.#lost !== undefined) return;
    try {
      this.#held = await this.#store.replace({ ...this.#held, until: after(this.#leaseMs) });
    } catch (error) {
      this.#lost = error;
    }
  }
}

const after = (ms: number): string => new Date(clock.now() + ms).toISOString();
