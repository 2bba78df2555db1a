/** The real catalogue on a folder of its own, which is made before the configuration is read. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { doorsFirst } from "../../config/doors-first.ts";
import type { ImportedRow } from "../../services/catalog/absorb.contract.ts";
import { FilmDraft } from "../../services/catalog/film.contract.ts";
import type { SourceName } from "../../services/catalog/film.ts";
import * as films from "../../services/catalog/films.contract.ts";
import * as search from "../../services/catalog/search.contract.ts";
import type { Meta } from "../../services/shared/contract.ts";
import { newId } from "../../services/shared/ids.ts";
import { call, checkResults } from "../../services/shared/wire.ts";
import { until } from "../house/soon.ts";

// A child process is given the folder of its parent.
export const folder = process.env.CATALOG_FOLDER ?? mkdtempSync(join(tmpdir(), "bijou-catalog-"));
process.env.DATA_DIR = folder;
const { channelsMiddleware } = await import("../../config/channels.ts");
const actors = {
  films: (await import("../../services/catalog/films.service.ts")).default,
  people: (await import("../../services/catalog/people.service.ts")).default,
  search: (await import("../../services/catalog/search.service.ts")).default,
};
checkResults(true);

type Actor = keyof typeof actors;
const open = new Set<ServiceBroker>();

/** A node on the folder; one at a time. */
export async function start(...names: Actor[]): Promise<ServiceBroker> {
  const broker = new ServiceBroker({
    nodeID: newId(),
    namespace: "test",
    logger: false,
    validator: false,
    middlewares: [channelsMiddleware(), doorsFirst()] as never,
  });
  const wanted = names.length > 0 ? names : (Object.keys(actors) as Actor[]);
  for (const name of wanted) broker.createService(actors[name] as ServiceSchema);
  await broker.start();
  open.add(broker);
  return broker;
}

export async function stop(broker: ServiceBroker): Promise<void> {
  open.delete(broker);
  await broker.stop();
}

/** Stops what runs and removes the folder: for `afterAll`. */
export async function close(): Promise<void> {
  for (const broker of open) await stop(broker);
  rmSync(folder, { recursive: true, force: true });
}

const by = (id: string, caller: Omit<NonNullable<Meta["caller"]>, "id">, more: Meta = {}) => ({
  meta: { caller: { id, ...caller }, ...more },
});
export const asGuest = (more: Meta = {}) => by("guest", { role: "guest", door: "public" }, more);
export const asOperator = (more: Meta = {}) =>
  by("anna", { role: "operator", door: "admin" }, more);

/** Waits until the index holds every change. */
export const indexed = (broker: ServiceBroker): Promise<void> =>
  until(async () => {
    const { lag, rebuilding } = await call(broker, search.stats, {});
    return lag === 0 && !rebuilding;
  }, "the index has everything");

/** A film, published unless told. */
export async function film(broker: ServiceBroker, draft: object, isPublished = true) {
  const given = FilmDraft.parse({ titles: { en: "Solaris" }, ...draft });
  const made = await call(broker, films.create, given, asOperator());
  return isPublished ? call(broker, films.publish, { id: made.id }, asOperator()) : made;
}

/** A row of a source; its hash follows from what it says. */
export function row(ordinal: number, given: object, source: SourceName = "wikipedia") {
  const { key = `${source}-${ordinal}`, ...film } = given as { key?: string };
  const hash = Buffer.from(JSON.stringify(film)).toString("hex").slice(-64).padEnd(16, "0");
  const made: typeof ImportedRow._output = {
    row: ordinal,
    from: { source, key, hash },
    film: FilmDraft.parse({ titles: { en: `Film ${ordinal}` }, year: 1950, ...film }),
  };
  return made;
}

/** All films, page by page. */
export async function allFilms(broker: ServiceBroker) {
  const found: Awaited<ReturnType<typeof film>>[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(broker, films.list, { sort: "id", limit: 100, cursor });
    found.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor);
  return found;
}
