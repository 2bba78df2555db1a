/**
 * Moves: makes an archive of the whole house, and takes one in. It owns the record of these, asks
 * each actor for its own documents, and never opens another's. One runs at a time; one that was
 * broken off by a crash is said to have failed.
 */
import type { ServiceSchema } from "moleculer";
import { allActors } from "../../config/actors.ts";
import { objects } from "../../config/objects.ts";
import { secretsMark } from "../../config/secrets.ts";
import type { Draft } from "../../mixins/documents/born.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { Duplicate } from "../../mixins/documents/failures.ts";
import { ArchiveRefused } from "../../mixins/moving/reading.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { isProblem } from "../shared/problem.ts";
import { wiring } from "../shared/wire.ts";
import { Backup, foldersOfMoves } from "./backup.adapter.ts";
import { Crew } from "./crew.adapter.ts";
import type { Move } from "./move.contract.ts";
import * as contract from "./moves.contract.ts";
import { ended, type MoveDocument, moves, rewrite } from "./moves.store.ts";
import { NotTheSame, Restore } from "./restore.adapter.ts";

interface Moves extends WithStore<MoveDocument> {
  crew: Crew;
  /** The move that this node runs. */
  current: string | undefined;
  sweeping: NodeJS.Timeout;
}

const { serve } = wiring<Moves>();
const seal = secretsMark();
const doors = new Set(["public", "seller", "logistics", "admin"]);
/** How often what is going on is written. */
const writtenEveryMs = 500;
const sweepMs = 10_000;
/** A file that nobody came for is let go of. */
const keptMs = 86_400_000;

export default {
  name: "moves",
  mixins: [documents(moves)],

  actions: {
    ...serve(contract.backup, async function ({ meta }) {
      mustBeTrusted(meta);
      const doc = await begin(this, "backup");
      run(this, doc, async (report) => {
        this.crew.mustBeWhole();
        const folder = `${foldersOfMoves}${doc.id}`;
        const use = { crew: this.crew, objects, folder, time: doc.createdAt, report };
        const { plan, size } = await new Backup({ ...use, seal }).make();
        await report({ stage: "end", plan, size } as Partial<MoveDocument>);
      });
      return view(doc);
    }),

    ...serve(contract.restore, async function ({ params: { merge, object }, meta }) {
      mustBeTrusted(meta);
      const doc = await begin(this, "restore");
      run(this, doc, async (report) => {
        const { crew, broker } = this;
        const use = { crew, broker, objects, upload: object, merge, seal, report };
        await Restore.run(use).finally(() => objects.remove(object));
      });
      return view(doc);
    }),

    ...serve(contract.get, async function ({ params: { id } }) {
      return view(await load(this, id));
    }),

    ...serve(contract.file, async function ({ params: { id }, meta }) {
      mustBeTrusted(meta);
      const { status, plan, size, createdAt } = await load(this, id);
      if (status !== "done" || !plan) throw contract.MoveNotReady({ status });
      const name = `bijou-${createdAt.slice(0, 19).replace(/[:T]/g, "-")}.tar`;
      return { object: plan, contentType: "application/x-tar", name, planned: size };
    }),

    ...serve(contract.drop, async function ({ params: { id }, meta }) {
      mustBeTrusted(meta);
      await letGo(this, await load(this, id));
      return null;
    }),
  },

  created(this: Moves) {
    const names = [...allActors().keys()].map((name) => name.slice(name.indexOf("/") + 1));
    const expected = names.filter((name) => !doors.has(name));
    this.crew = new Crew(this.broker, expected);
  },
  started(this: Moves) {
    const again = () => sweep(this).catch((error) => this.logger.warn("Moves:", error));
    this.sweeping = setInterval(again, sweepMs).unref();
    void again();
  },
  async stopped(this: Moves) {
    clearInterval(this.sweeping);
  },
} as unknown as ServiceSchema;

/** All that the house knows of people is in an archive. @throws MoveRefused */
function mustBeTrusted({ caller }: Meta): void {
  const isHouse = caller?.role === "operator" && !caller.session && !caller.key;
  if (!isHouse && caller?.role !== "admin") throw contract.MoveRefused();
}

function view({ outbox, claims, plan, runner, slot, ...shown }: MoveDocument): Move {
  const { version, ...rest } = shown;
  return rest;
}

async function load({ store }: Moves, id: string): Promise<MoveDocument> {
  const doc = await store.get(id);
  if (!doc) throw contract.MoveNotFound({ id });
  return doc;
}

async function begin(self: Moves, kind: Move["kind"]): Promise<MoveDocument> {
  await sweep(self);
  const stage = kind === "backup" ? ("documents" as const) : ("check" as const);
  const doc: Draft<MoveDocument> = {
    ...{ id: newId(), kind, status: "running", stage, done: 0, total: 0, size: 0, error: null },
    ...{ collections: [], notes: [], objects: { count: 0, bytes: 0, kept: 0 } },
    ...{ runner: self.broker.nodeID, slot: "running" },
  };
  return self.store.insert(doc).catch(async (error) => {
    const { items } = await self.store.find({ where: { status: "running" }, limit: 1 });
    if (!isProblem(error, Duplicate)) throw error;
    throw contract.MoveRunning({ id: items[0]?.id ?? "" });
  });
}

type Report = (change: Partial<MoveDocument>) => Promise<void>;

/** In the background; what it reports is written from time to time, and at its end. */
function run(self: Moves, { id }: MoveDocument, task: (report: Report) => Promise<void>): void {
  let change: Partial<MoveDocument> = {};
  let writtenAt = clock.now();
  let writing: Promise<void> = Promise.resolve();
  const write = () => {
    writtenAt = clock.now();
    // One after the other: what is written late is as it is then.
    const one = async () => void (await rewrite(self.store, id, change));
    writing = writing.then(one, one);
    return writing;
  };
  const report: Report = async (more) => {
    change = { ...change, ...more };
    const isDue = more.stage !== undefined || clock.now() - writtenAt >= writtenEveryMs;
    if (isDue) await write();
  };
  self.current = id;
  void task(report)
    .then(
      () => ({ status: "done" as const }),
      (error: Error) => {
        const isTold = error instanceof ArchiveRefused || error instanceof NotTheSame;
        self.logger.warn(`The move ${id} failed:`, isTold ? error.message : error);
        return { status: "failed" as const, error: error.message };
      },
    )
    .then((end) => writing.catch(() => {}).then(() => ended(self.store, id, { ...change, ...end })))
    .catch((error) => self.logger.error(`The end of the move ${id} was not written:`, error))
    .finally(() => {
      self.current = undefined;
    });
}

/** Whether a move goes on: this node runs it, or another that is there. */
const isAlive = ({ broker, current, crew }: Moves, { id, runner }: MoveDocument): boolean =>
  runner === broker.nodeID ? current === id : crew.has(runner);

async function letGo({ store }: Moves, doc: MoveDocument): Promise<void> {
  for (const { key } of await objects.list(`${foldersOfMoves}${doc.id}/`, { limit: 1000 })) {
    await objects.remove(key);
  }
  if (!doc.plan) return;
  const { plan, ...rest } = doc;
  await store.replace(rest);
}

const brokenOff = "The house stopped while it ran. Begin it again; a restore with --merge.";

/** Ends what nobody runs any more, and lets go of files that nobody came for. */
async function sweep(self: Moves): Promise<void> {
  const before = (ms: number) => new Date(clock.now() - ms).toISOString();
  for await (const docs of self.store.each({ status: "running" })) {
    for (const doc of docs.filter((one) => !isAlive(self, one))) {
      await ended(self.store, doc.id, { status: "failed", error: brokenOff });
    }
  }
  for await (const docs of self.store.each({ kind: "backup" })) {
    const over = docs.filter(({ plan, updatedAt }) => plan && updatedAt < before(keptMs));
    for (const doc of over) await letGo(self, doc);
  }
}
