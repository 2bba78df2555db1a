/**
 * Which of the replicas works off the queue and keeps the schedules: one at a time, by a lease. The
 * others hand on what they are asked to begin, cancel or resume.
 */
import type { Context, Service } from "moleculer";
import { engineFor, openEngine } from "../../config/documents.ts";
import { collection } from "../../mixins/documents/collection.ts";
import type { Engine } from "../../mixins/documents/engine.ts";
import { Store } from "../../mixins/documents/store.ts";
import { Lease, type LeaseDocument } from "../../mixins/lease.ts";
import type { Action, Meta } from "../shared/contract.ts";

const leases = collection<LeaseDocument>({ name: "importing", indexes: {} });
const lastsMs = 8_000;

export interface Leading {
  readonly isMine: boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What the one who leads answers to the same question; undefined where that is nobody else. */
  elsewhere(contract: Action, ctx: Context<unknown, Meta>): Promise<unknown>;
}

interface Told {
  gained(): void;
  lost(): void;
}

/** Where nobody else can be there is nothing to ask for. */
const alone = ({ gained, lost }: Told): Leading => ({
  isMine: true,
  start: async () => gained(),
  stop: async () => lost(),
  elsewhere: async () => undefined,
});

/** For the actor of this name, in whose engine the lease is kept. */
export function leading(self: Service, told: Told): Leading {
  if (engineFor("imports") === "embedded") return alone(told);
  const { broker, logger } = self;
  const engine: Engine<LeaseDocument> = openEngine(leases, "imports", (text) => logger.warn(text));
  const lease = new Lease({
    store: new Store<LeaseDocument>(leases, engine),
    name: "queue",
    node: broker.nodeID,
    failed: (error) => logger.warn("The lease of the imports cannot be asked for:", error),
    now: () => performance.now(),
    ...{ lastsMs, ...told },
  });
  return {
    get isMine() {
      return lease.isMine;
    },
    async start() {
      await engine.open();
      await lease.start();
    },
    async stop() {
      await lease.stop();
      await engine.close();
    },
    async elsewhere(contract, ctx) {
      const holder = lease.isMine ? undefined : await lease.holder();
      if (!holder || holder === broker.nodeID || ctx.nodeID === holder) return undefined;
      try {
        // As the same asker, with the same key: begun there it is not begun here.
        return await ctx.call(contract.name, ctx.params as object, { nodeID: holder });
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  };
}

/** Whoever led is there no more: what was asked is done here, and found by the next one. */
const isGone = (error: unknown): boolean =>
  /^(SERVICE_NOT_(FOUND|AVAILABLE)|BAD_GATEWAY)$/.test(String((error as { type?: string }).type));
