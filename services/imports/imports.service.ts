/**
 * Imports: owns every import from its start to its report. They run one at a time, on one replica,
 * each in a thread of its own; what ran when the house fell goes on by itself when it stands again. Films are
 * changed by their owner alone: this asks `films.absorb`.
 */
import { join } from "node:path";
import type { ServiceSchema } from "moleculer";
import { env } from "../../config/env.ts";
import { objects, objectsSettings } from "../../config/objects.ts";
import { documents, type WithStore } from "../../mixins/documents/documents.ts";
import { dismiss, prepare } from "../../mixins/intake/pump.ts";
import { clock } from "../shared/clock.ts";
import type { Meta } from "../shared/contract.ts";
import { newId } from "../shared/ids.ts";
import { tells, wiring } from "../shared/wire.ts";
import type { Import } from "./import.contract.ts";
import { cancelled, queued, requeued, unscheduled } from "./import.ts";
import { faultIn } from "./import-request.ts";
import { type ImportState, view } from "./import-state.ts";
import { importWorker } from "./imports.adapter.ts";
import * as imports from "./imports.contract.ts";
import { ImportNotFound, ImportRefused, SourceInvalid } from "./imports.contract.ts";
import { type ImportDocument, importsCollection } from "./imports.store.ts";
import { type Leading, leading } from "./leading.adapter.ts";
import type { Settings } from "./settings.ts";
import { Uploads } from "./uploads.adapter.ts";
import { Work } from "./working.adapter.ts";

/** What the actor works with; tests give their own. */
export interface Use extends Settings {
  documents: Partial<ServiceSchema>;
}

interface ImportsService extends WithStore<ImportDocument> {
  uploads: Uploads;
  work: Work;
  leading: Leading;
}

const { serve } = wiring<ImportsService>();

export const importsService = (use: Use): ServiceSchema =>
  ({
    name: "imports",
    mixins: [use.documents],
    metadata: tells(imports.progressed),

    actions: {
      ...serve(imports.receive, async function ({ params }) {
        await this.uploads.mustBeThere(params);
        await this.uploads.received(params.object);
        return params;
      }),

      ...serve(imports.start, async function (ctx) {
        const { params, meta } = ctx;
        const reason = faultIn(params);
        if (reason) throw SourceInvalid({ reason });
        const answer = await this.leading.elsewhere(imports.start, ctx);
        if (answer) return answer as Import;
        const doc = await this.uploads.using(() =>
          insertOnce(this, queued(newId(), params), meta, async () => {
            for (const file of params.files) await this.uploads.mustBeThere(file);
          }),
        );
        this.work.queued(doc);
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

      ...serve(imports.cancel, async function (ctx) {
        const answer = await this.leading.elsewhere(imports.cancel, ctx);
        if (answer) return answer as Import;
        const { id } = ctx.params;
        await this.work.stop(id);
        const doc = await load(this, id);
        if (doc.status === "queued") {
          return view(await this.store.replace(cancelled(doc, clock.iso())));
        }
        if (doc.schedule) return view(await this.store.replace(unscheduled(doc)));
        if (doc.status === "cancelled") return view(doc);
        throw ImportRefused({ status: doc.status, wanted: "cancelled" });
      }),

      ...serve(imports.resume, async function (ctx) {
        const answer = await this.leading.elsewhere(imports.resume, ctx);
        if (answer) return answer as Import;
        const { id } = ctx.params;
        const doc = await load(this, id);
        if (doc.status === "done") throw ImportRefused({ status: doc.status, wanted: "resumed" });
        if (doc.status === "queued" || doc.status === "running") return view(doc);
        const again = await this.store.replace(requeued(doc));
        this.work.queued(again);
        return view(again);
      }),

      ...serve(imports.rejects, async function ({ params: { id } }) {
        const { rejects, status, endedAt } = await load(this, id);
        if (!rejects) {
          const next = endedAt ? "none are kept, import it anew" : "wait for its end";
          throw ImportRefused({ status, wanted: `asked for its rejects: ${next}` });
        }
        return {
          object: rejects,
          contentType: "application/x-ndjson",
          name: `rejects-${id}.ndjson`,
        };
      }),
    },

    started(this: ImportsService) {
      return opened(this, use);
    },

    async stopped(this: ImportsService) {
      await this.work?.end();
      await this.leading?.stop();
      await dismiss(importWorker);
    },
  }) as unknown as ServiceSchema;

export default importsService({
  documents: documents(importsCollection),
  objects,
  objectsSettings,
  folder: join(env.house.DATA_DIR, "work", "imports"),
  batchRows: env.catalog.IMPORT_BATCH,
  privateHosts: env.catalog.IMPORT_PRIVATE_HOSTS,
  indexPatienceMs: 900_000,
  uploadDays: env.catalog.UPLOAD_DAYS,
});

async function opened(self: ImportsService, use: Settings): Promise<void> {
  const { store, broker, logger } = self;
  self.uploads = new Uploads(use.objects, store, use.uploadDays);
  self.work = new Work({ store, broker, logger, settings: use, uploads: self.uploads });
  prepare(importWorker);
  self.leading = leading(self, {
    gained: () => self.work.begin(),
    lost: () => void self.work.end(),
  });
  await self.leading.start();
}

/** Asked twice by the same one, with one idempotency key, it is inserted once. */
async function insertOnce(
  self: ImportsService,
  state: ImportState,
  { caller, idempotencyKey: key }: Meta,
  mayBegin: () => Promise<void>,
): Promise<ImportDocument> {
  const claim = key && `imports.start:${caller?.id ?? "house"}:${key}`;
  try {
    await mayBegin();
    return await self.store.insert(state, { claim });
  } catch (error) {
    // The second time its files may be gone: the first import was done with them.
    const before = claim && (await self.store.claimed(claim));
    if (before) return before;
    throw error;
  }
}

/** @throws ImportNotFound */
async function load(self: ImportsService, id: string): Promise<ImportDocument> {
  // The one under way is shown as it stands, not as it was at its last checkpoint.
  const doc = self.work.current(id) ?? (await self.store.get(id));
  if (!doc) throw ImportNotFound({ id });
  return doc;
}
