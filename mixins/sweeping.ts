/**
 * The mixin by which an actor lets go, from time to time, of what is over: `this.sweep()`. Nodes do it
 * side by side. List it before `documents`, so that it ends before they are closed.
 */
import type { Service, ServiceSchema } from "moleculer";
import { clock } from "../services/shared/clock.ts";
import { isProblem } from "../services/shared/problem.ts";
import type { Stored } from "./documents/collection.ts";
import { Conflict } from "./documents/failures.ts";
import type { Store } from "./documents/store.ts";

/** What an actor that sweeps finds in `this`. */
export interface WithSweep extends Service {
  sweep(): Promise<unknown>;
}

/** The actors of other nodes are known by then, and nobody waits for the first answer any more. */
const firstMs = 30_000;
const timers = new WeakMap<Service, NodeJS.Timeout[]>();
const sweeps = new WeakMap<Service, Promise<unknown>>();

export function sweeping<S extends Service>(
  everyMs: number,
  task: (self: S) => Promise<unknown>,
): Partial<ServiceSchema> {
  const schema = {
    methods: {
      sweep(this: S) {
        return task(this);
      },
    },
    started(this: S & WithSweep) {
      const failed = (error: unknown) => this.logger.warn("What is over stays for now:", error);
      const run = () => sweeps.set(this, this.sweep().catch(failed));
      timers.set(this, [setTimeout(run, firstMs).unref(), setInterval(run, everyMs).unref()]);
    },
    async stopped(this: S & WithSweep) {
      for (const timer of timers.get(this) ?? []) clearTimeout(timer);
      await sweeps.get(this);
    },
  };
  return schema as unknown as Partial<ServiceSchema>;
}

/** Removes documents; what was changed meanwhile, or removed by another node, is left as it is. */
export async function letGo<D extends Stored>(store: Store<D>, docs: readonly D[]): Promise<void> {
  for (const doc of docs) {
    await store.remove(doc).catch((error: unknown) => {
      if (!isProblem(error, Conflict)) throw error;
    });
  }
}

/** Removes all whose time in an indexed field (ISO) is longer ago than so many milliseconds. */
export async function letGoAfter<D extends Stored>(
  store: Store<D>,
  field: keyof D & string,
  ms: number,
): Promise<void> {
  const before = new Date(clock.now() - ms).toISOString();
  for await (const docs of store.each({ [field]: { lt: before } })) await letGo(store, docs);
}
