/**
 * Runs the migrations that are due: one node does, the others wait until it has. The record of what
 * was done is a collection beside the documents.
 */
import { setTimeout } from "node:timers/promises";
import { clock } from "../../services/shared/clock.ts";
import type { Collection, Stored } from "../documents/collection.ts";
import type { Engine } from "../documents/engine.ts";
import { Store } from "../documents/store.ts";
import { Lease, type LeaseDocument } from "./lease.ts";
import { dueOf, type Migration, MigrationError, type Migrations } from "./migration.ts";
import { doneOf, type KeptDocument, keep, kept } from "./record.ts";

export interface RunnerSettings {
  /** An engine where the documents of an actor are. */
  open<D extends Stored>(of: Collection<D>, actor: string): Engine<D>;
  /** This node. */
  by: string;
  /** How long the others wait for a node that died, milliseconds. */
  leaseMs: number;
  /** Between looks of those who wait. */
  pauseMs: number;
  /** Whether nobody else can be at an actor's documents. */
  isAlone(actor: string): boolean;
  say(line: string): void;
}

export interface Listed {
  actor: string;
  number: number;
  name: string;
  /** ISO 8601, null where it is still to be done. */
  doneAt: string | null;
}

export class Runner {
  readonly #settings: RunnerSettings;

  constructor(settings: RunnerSettings) {
    this.#settings = settings;
  }

  /** Does what is due, or waits until somebody has. @throws MigrationError, what a step throws */
  run(all: Migrations): Promise<void> {
    return this.#with(kept, all.actor, async (store) => {
      for (let told = false; (await this.#due(store, all)).length > 0; ) {
        const lease = await this.#lease(store, all.actor);
        if (lease) {
          await this.#runAll(store, all, lease).finally(() => lease.release());
          continue;
        }
        if (!told) this.#settings.say(`${all.actor}: another node migrates; this one waits.`);
        told = true;
        await setTimeout(this.#settings.pauseMs);
      }
    });
  }

  /** @throws MigrationError that says what is due, and how it is run */
  refuse(all: Migrations): Promise<void> {
    return this.#with(kept, all.actor, async (store) => {
      const due = await this.#due(store, all);
      if (due.length === 0) return;
      throw new MigrationError(
        `Migrations of ${all.actor} are due: ${due.map(shown).join(", ")}. ` +
          "Run them: npm run migrate, or start with MIGRATE=on.",
      );
    });
  }

  /** All steps, with when they were done. */
  list({ actor, steps }: Migrations): Promise<Listed[]> {
    return this.#with(kept, actor, async (store) => {
      const done = new Map((await doneOf(store, actor)).map((one) => [one.number, one.createdAt]));
      return steps.map(({ number, name }) => {
        return { actor, number, name, doneAt: done.get(number) ?? null };
      });
    });
  }

  async #due(store: Store<KeptDocument>, all: Migrations): Promise<Migration[]> {
    const done = await doneOf(store, all.actor);
    return dueOf(all, new Set(done.map(({ number }) => number)));
  }

  #lease(store: Store<KeptDocument>, actor: string): Promise<Lease | undefined> {
    const { by, leaseMs, isAlone } = this.#settings;
    const settings = { actor, by, leaseMs, alone: isAlone(actor) };
    return Lease.take(store as unknown as Store<LeaseDocument>, settings);
  }

  async #runAll(store: Store<KeptDocument>, all: Migrations, lease: Lease): Promise<void> {
    for (const step of await this.#due(store, all)) {
      const { number, name } = step;
      const begun = clock.now();
      const opened: Engine<Stored>[] = [];
      try {
        await step.up((of) => this.#open(of, all.actor, opened));
      } finally {
        for (const engine of opened) await engine.close();
      }
      await lease.confirm();
      const ms = clock.now() - begun;
      await keep(store, { actor: all.actor, number, name, ms });
      this.#settings.say(`${all.actor}: ${shown(step)}: done in ${ms} ms.`);
    }
  }

  async #open<D extends Stored>(of: Collection<D>, actor: string, opened: Engine<Stored>[]) {
    const engine = this.#settings.open(of, actor);
    await engine.open();
    opened.push(engine as unknown as Engine<Stored>);
    // What is to be told waits in its document, until the actor opens.
    return new Store(of, engine);
  }

  async #with<D extends Stored, T>(
    of: Collection<D>,
    actor: string,
    task: (store: Store<D>) => Promise<T>,
  ): Promise<T> {
    const opened: Engine<Stored>[] = [];
    try {
      return await task(await this.#open(of, actor, opened));
    } finally {
      for (const engine of opened) await engine.close();
    }
  }
}

const shown = ({ number, name }: Migration): string => `migration ${number} (${name})`;
