/** With what imports are set up. */
import { join } from "node:path";
import type { Logger, ServiceBroker } from "moleculer";
import type { Store } from "../../mixins/documents/store.ts";
import type { ObjectsSettings } from "../../mixins/objects/open.ts";
import type { ObjectStore } from "../../mixins/objects/port.ts";
import { clock } from "../shared/clock.ts";
import type { ImportDocument } from "./imports.store.ts";
import type { Uploads } from "./uploads.adapter.ts";

/** What imports work with. */
export interface Settings {
  objects: ObjectStore;
  /** Where a thread opens the same objects. */
  objectsSettings: ObjectsSettings;
  /** For what imports under way keep outside of memory. */
  folder: string;
  batchRows: number;
  /** A certificate to trust beside the usual ones (PEM). */
  ca?: string;
  /** Hosts of an inner network that may be fetched from all the same. */
  privateHosts?: readonly string[];
  /** So long may the index stand still before an import ends without waiting for it. */
  indexPatienceMs: number;
  /** So long are files kept that were received and that no import uses. */
  uploadDays: number;
}

/** What works off imports has at hand. */
export interface House {
  store: Store<ImportDocument>;
  settings: Settings;
  uploads: Uploads;
  broker: ServiceBroker;
  logger: Logger;
}

export const folderOf = ({ folder }: Settings, { id }: { id: string }): string => join(folder, id);

/** What each thread is told beside its import. */
export const setupOf = (settings: Settings, doc: { id: string }) => ({
  objectsSettings: settings.objectsSettings,
  batchRows: settings.batchRows,
  ca: settings.ca,
  privateHosts: settings.privateHosts,
  folder: folderOf(settings, doc),
  prefix: `imports/${doc.id}`,
  thisYear: new Date(clock.now()).getUTCFullYear(),
});
