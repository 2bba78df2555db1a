/**
 * Imports: owns every import from its start to its report. They run one at a time, each in a thread
 * of its own; what ran when the house fell goes on by itself when it stands again. Films are
 * changed by their owner alone: this asks `films.absorb`.
 */
import { join } from "node:path";
import { Cron } from "croner";
import type { ServiceSchema } from "moleculer";
import { env } from "../../config/env.ts";
import { objects, objectsRoot } from "../../config/objects.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { dismiss, prepare } from "../../mixins/intake/pump.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { tells, wiring } from "../shared/wire.ts";
import type { Settings } from "./ending.adapter.ts";
import { cancelled, queued, requeued, unscheduled } from "./import.ts";
import { faultIn } from "./import-request.ts";
import { type ImportState, view } from "./import-state.ts";
import { importWorker } from "./imports.adapter.ts";
import * as imports from "./imports.contract.ts";
import { ImportNotFound, ImportRefused, SourceInvalid } from "./imports.contract.ts";
import { type ImportDocument, importsCollection } from "./imports.store.ts";
import { ImportQueue } from "./queue.adapter.ts";
import { Uploads } from "./uploads.adapter.ts";

/** What the actor works with; tests give their own. */
export interface Use extends Settings {
  documents: Partial<ServiceSchema>;
}

interface ImportsService extends WithStore<ImportDocument> {
  queue: ImportQueue;
  uploads: Uploads;
  sweeping: NodeJS.Timeout;
  clocks: Map<string, Cron>;
}

const { serve } = wiring<ImportsService>();

export const importsService = (use: Use): ServiceSchema =>
  ({
    name: "imports",
    mixins: [use.documents],
    metadata: tells(imports.progressed),

    actions: {
      ...serve(imports.receive, async function ({ params }) {
        await mustBeThere(use.objects, params);
        await this.uploads.received(params.object);
        return params;
      }),

      ...serve(imports.start, async function ({ params, meta }) {
        const reason = faultIn(params);
        if (reason) throw SourceInvalid({ reason });
        const doc = await this.uploads.using(async () => {
          for (const file of params.files) await mustBeThere(use.objects, file);
          return insertOnce(this, queued(newId(), params), meta);
        });
        keepTime(this, doc);
        this.queue.go();
        return view(doc);
      }),

      ...serve(imports.get, async function ({ params }) {
        return view(await load(this, params.id));
      }),

      ...serve(imports.list, async function ({ params: { status, limit, cursor } }) {
        const where = { status };
        const page = await this.store.find({ where, sort: "-createdAt", limit, after: cursor });
        return { items: page.items.map(view), next: page.next };
      }),

      ...serve(imports.cancel, async function ({ params: { id } }) {
        this.clocks.get(id)?.stop();
        await this.queue.stop(id);
        const doc = await load(this, id);
        if (doc.status === "queued") {
          return view(await this.store.replace(cancelled(doc, clock.iso())));
        }
        if (doc.schedule) return view(await this.store.replace(unscheduled(doc)));
        if (doc.status === "cancelled") return view(doc);
        throw ImportRefused({ status: doc.status, wanted: "cancelled" });
      }),

      ...serve(imports.resume, async function ({ params: { id } }) {
        const doc = await load(this, id);
        if (doc.status === "done") throw ImportRefused({ status: doc.status, wanted: "resumed" });
        if (doc.status === "queued" || doc.status === "running") return view(doc);
        const again = await this.store.replace(requeued(doc));
        this.queue.go();
        return view(again);
      }),

      ...serve(imports.rejects, async function ({ params: { id } }) {
        const { rejects, status } = await load(this, id);
        if (!rejects)
          throw ImportRefused({ status, wanted: "asked for its rejects: wait for its end" });
        return {
          object: rejects,
          contentType: "application/x-ndjson",
          name: `rejects-${id}.ndjson`,
        };
      }),
    },

    created(this: ImportsService) {
      this.clocks = new Map();
    },

    async started(this: ImportsService) {
      const { store, broker, logger } = this;
      this.uploads = new Uploads(use.objects, store, use.uploadDays);
      this.queue = new ImportQueue({ store, broker, logger, settings: use, uploads: this.uploads });
      this.sweeping = setInterval(() => sweep(this), sweepMs).unref();
      sweep(this);
      for await (const docs of this.store.each({ scheduled: true })) {
        for (const doc of docs) keepTime(this, doc);
      }
      prepare(importWorker);
      // Not awaited: the films may be on a node that starts later.
      void broker.waitForServices("films").then(
        () => this.queue.go(),
        (error) => logger.error("Imports wait for the films; start them, then this node.", error),
      );
    },

    async stopped(this: ImportsService) {
      clearInterval(this.sweeping);
      for (const timer of this.clocks.values()) timer.stop();
      await this.queue?.close();
      await dismiss(importWorker);
    },
  }) as unknown as ServiceSchema;

export default importsService({
  documents: documents(importsCollection),
  objects,
  objectsRoot,
  folder: join(env.house.DATA_DIR, "work", "imports"),
  batchRows: env.catalog.IMPORT_BATCH,
  indexPatienceMs: 900_000,
  uploadDays: env.catalog.UPLOAD_DAYS,
});

const sweepMs = 3_600_000;

function sweep({ uploads, logger }: ImportsService): void {
  uploads.sweep().then(
    (count) => count > 0 && logger.info(`${count} files that no import used were removed.`),
    (error) => logger.warn("Files that no import used could not be removed:", error),
  );
}

/** An upload must have been received, whole. @throws SourceInvalid */
async function mustBeThere(
  objects: ObjectStore,
  { name, object, size }: { name: string; object?: string | undefined; size?: number },
): Promise<void> {
  if (object === undefined) return;
  const info = await objects.head(object).catch((error: unknown) => {
    const { message } = error as Error;
    throw SourceInvalid({ reason: `${name} is not in the store: ${message} Send it again.` });
  });
  if (size === undefined || info.size === size) return;
  throw SourceInvalid({ reason: `${name} came in part: ${info.size} of ${size}. Send it again.` });
}

/** Asked twice with one idempotency key it is inserted once. */
async function insertOnce(self: ImportsService, state: ImportState, meta: Meta) {
  const claim = meta.idempotencyKey && `imports.start:${meta.idempotencyKey}`;
  try {
    return await self.store.insert(state, { claim });
  } catch (error) {
    const before = claim && (await self.store.claimed(claim));
    if (before) return before;
    throw error;
  }
}

/** Starts the clock of a scheduled import: each time it strikes another one is queued. */
function keepTime(self: ImportsService, { id, schedule }: ImportDocument): void {
  if (!schedule || self.clocks.has(id)) return;
  const strike = () => self.queue.repeat(id);
  const options = { timezone: schedule.timeZone, protect: true, unref: true };
  self.clocks.set(id, new Cron(schedule.cron, options, strike));
}

/** @throws ImportNotFound */
async function load(self: ImportsService, id: string): Promise<ImportDocument> {
  // The one under way is shown as it stands, not as it was at its last checkpoint.
  const doc = self.queue.current(id) ?? (await self.store.get(id));
  if (!doc) throw ImportNotFound({ id });
  return doc;
}
